"""A report as Markdown."""

import re
from collections.abc import Iterator
from typing import Final

from monitor.report.blocks import Block, Grid, Heading, Pairs, Paragraph, Picture, Plain, Report
from monitor.report.cells import Cell, Open
from monitor.report.notice import wrapped

#: What Markdown, or HTML inside of it, would take for its own.
_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|#~&!$])")


def markdown(report: Report) -> str:
    """Return the report as Markdown (GitHub's tables)."""
    return "\n".join(line for block in report.blocks for line in _block(block)) + "\n"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(text, level):
            yield f"{'#' * level} {_safe(text)}"
        case Paragraph(text, "banner"):
            yield f"> **{_safe(text)}**"
        case Paragraph(text):
            yield _safe(text)
        case Plain(lines):
            yield from _fenced(wrapped(lines))
        case Pairs(rows):
            for name, cells in rows:
                yield f"- **{_safe(name)}:** {_cell(cells[0]) if len(cells) == 1 else ''}".rstrip()
                if len(cells) > 1:
                    yield from (f"  - {_cell(cell)}" for cell in cells)
        case Grid():
            yield from _table(block)
        case Picture(drawing, text):
            yield f"*{_safe(drawing.title)}*"
            yield ""
            yield from _fenced(text)
    yield ""


def _table(grid: Grid) -> Iterator[str]:
    rules = ["---:" if i in grid.numbers else "---" for i in range(len(grid.head))]
    yield f"| {' | '.join(map(_safe, grid.head))} |"
    yield f"| {' | '.join(rules)} |"
    for row in grid.rows:
        yield f"| {' | '.join(map(_cell, row))} |"


def _fenced(text: str) -> Iterator[str]:
    """Fence text with more back quotes than it holds itself."""
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"{fence}text"
    yield text.rstrip("\n")
    yield fence


def _cell(cell: Cell) -> str:
    said = _safe(str(cell))
    return f"**{said}**" if isinstance(cell, Open) else said


def _safe(text: str) -> str:
    """Let text stand for itself; addresses stay as they are."""
    if text.startswith("https://") and " " not in text:
        return f"<{text}>" if not set(text) & set("<>|`") else _SPECIAL.sub(r"\\\1", text)
    return _SPECIAL.sub(r"\\\1", text)
