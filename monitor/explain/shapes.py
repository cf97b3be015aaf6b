"""What a chart is made of: few shapes in few styles, so that any canvas can draw it."""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

Place = tuple[float, float]
Anchor = Literal["start", "middle", "end"]


class Style(NamedTuple):
    """How a shape looks; colours as #rrggbb, None: none."""

    stroke: str | None = None
    width: float = 0
    dash: tuple[float, ...] = ()
    fill: str | None = None
    size: float = 0
    bold: bool = False


#: Told apart also in print without colours: by width and by dashes.
STYLES: Final = {
    "axis": Style("#5b6570", 0.8),
    "grid": Style("#e3e7eb", 0.6),
    "cautious": Style("#12365f", 2.2),
    "cautious_area": Style(fill="#e9eff6"),
    "literal": Style("#2a8c82", 1.2),
    "threshold": Style("#b3261e", 1.4, (5, 3)),
    "mark": Style("#b3261e", 0.7, (1.5, 2)),
    "reached": Style("#ffffff", 1, fill="#b3261e"),
    "lane": Style(fill="#8a6d1f"),
    "title": Style(fill="#1b1f24", size=11, bold=True),
    "text": Style(fill="#3d454d", size=9),
    "asked": Style(fill="#b3261e", size=8),
    "number": Style(fill="#ffffff", size=8, bold=True),
}


class Line(NamedTuple):
    """A line through some places."""

    places: Sequence[Place]
    style: str


class Area(NamedTuple):
    """An area with some corners."""

    places: Sequence[Place]
    style: str


class Circle(NamedTuple):
    """A circle."""

    place: Place
    radius: float
    style: str


class Label(NamedTuple):
    """A line of text; its place is on the base line."""

    place: Place
    text: str
    style: str
    anchor: Anchor = "start"


Shape = Line | Area | Circle | Label


class Drawing(NamedTuple):
    """Shapes on a sheet; y grows downwards."""

    width: float
    height: float
    shapes: Sequence[Shape]
    #: what it shows, for those who cannot see it
    title: str
