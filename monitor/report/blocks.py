"""The blocks that a report is made of, the same for every format."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from monitor.explain.shapes import Drawing
from monitor.report.cells import Cell


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the title of the report."""

    text: str
    level: Literal[1, 2] = 2


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; a banner is what nobody may overlook."""

    text: str
    kind: Literal["plain", "banner", "note"] = "plain"


@dataclass(frozen=True)
class Plain:
    """Text as it stands, line by line; a line may be as long as a paragraph."""

    lines: Sequence[str]


@dataclass(frozen=True)
class Pairs:
    """Names, each with one or more lines."""

    rows: Sequence[tuple[str, Sequence[Cell]]]


@dataclass(frozen=True)
class Grid:
    """A table; the columns named in `numbers` are set to the right."""

    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    #: how wide the columns are, as parts of the whole
    widths: Sequence[int]
    numbers: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Picture:
    """A drawing, and the same in characters where nothing can be drawn."""

    drawing: Drawing
    text: str


Block = Heading | Paragraph | Plain | Pairs | Grid | Picture


@dataclass(frozen=True)
class Report:
    """A whole report, in one language."""

    title: str
    language: str
    #: at the foot of every page: what it is of, and how pages are counted ({page}, {pages})
    foot: str
    page: str
    draft: str
    blocks: Sequence[Block]
