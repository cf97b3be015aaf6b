"""A drawing as SVG: without a style sheet, so that it looks the same inside any page."""

from collections.abc import Sequence
from html import escape

from monitor.explain.shapes import STYLES, Area, Circle, Drawing, Label, Line, Place, Shape

_FONT = "'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"


def svg(drawing: Drawing, *, alone: bool = False) -> str:
    """Return the drawing as an element, or `alone` as a file of its own."""
    width, height, title = _n(drawing.width), _n(drawing.height), escape(drawing.title)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n' if alone else ""
    ground = f'<rect width="{width}" height="{height}" fill="#ffffff"/>\n' if alone else ""
    return (
        f'{head}<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" aria-label="{title}" '
        f'font-family="{_FONT}">\n<title>{title}</title>\n{ground}'
        + "".join(f"{_shape(shape)}\n" for shape in drawing.shapes)
        + "</svg>\n"
    )


def _shape(shape: Shape) -> str:
    look = _look(shape.style)
    match shape:
        case Line(places):
            return f'<polyline points="{_points(places)}" {look}/>'
        case Area(places):
            return f'<polygon points="{_points(places)}" {look}/>'
        case Circle((x, y), radius):
            return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" {look}/>'
        case Label((x, y), text, _, anchor):
            place = f'x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}"'
            return f"<text {place} {look}>{escape(_plain(text))}</text>"


def _look(name: str) -> str:
    style = STYLES[name]
    found = [f'fill="{style.fill or "none"}"']
    if style.stroke:
        found += [f'stroke="{style.stroke}"', f'stroke-width="{_n(style.width)}"']
    if style.dash:
        found.append(f'stroke-dasharray="{" ".join(map(_n, style.dash))}"')
    if style.size:
        found.append(f'font-size="{_n(style.size)}"')
    if style.bold:
        found.append('font-weight="bold"')
    return " ".join(found)


def _points(places: Sequence[Place]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in places)


def _plain(text: str) -> str:
    """Leave out what XML cannot hold."""
    return "".join(c for c in text if c.isprintable())


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
