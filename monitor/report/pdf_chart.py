"""A drawing inside a PDF, as vectors."""

from collections.abc import Callable, Sequence
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable

from monitor.explain.shapes import STYLES, Area, Circle, Drawing, Label, Line, Place, Shape, Style


class Chart(Flowable):  # type: ignore[misc]  # the library ships no types
    """A drawing, scaled to a width."""

    def __init__(
        self, drawing: Drawing, width: float, regular: str, bold: str, known: Callable[[str], str]
    ) -> None:
        """Take a drawing, and the fonts for its text; `known` leaves out what they do not have."""
        super().__init__()
        self._drawing, self._fonts, self._known = drawing, (regular, bold), known
        self._scale = width / drawing.width
        self.width, self.height = width, drawing.height * self._scale

    def wrap(self, *_: float) -> tuple[float, float]:
        """Return how much room it takes."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw it."""
        self.canv.saveState()
        self.canv.scale(self._scale, self._scale)
        for shape in self._drawing.shapes:
            self._draw(shape)
        self.canv.restoreState()

    def _draw(self, shape: Shape) -> None:
        canvas, style = self.canv, STYLES[shape.style]
        self._set(style)
        filled, stroked = int(style.fill is not None), int(style.stroke is not None)
        match shape:
            case Line(places):
                canvas.drawPath(self._path(places), stroke=1, fill=0)
            case Area(places):
                path = self._path(places)
                path.close()
                canvas.drawPath(path, stroke=stroked, fill=filled)
            case Circle((x, y), radius):
                canvas.circle(x, self._drawing.height - y, radius, stroke=stroked, fill=filled)
            case Label((x, y), text, _, anchor):
                draw = {
                    "start": canvas.drawString,
                    "middle": canvas.drawCentredString,
                    "end": canvas.drawRightString,
                }[anchor]
                draw(x, self._drawing.height - y, self._known(text))

    def _set(self, style: Style) -> None:
        canvas = self.canv
        canvas.setDash(*([list(style.dash)] if style.dash else []))
        if style.stroke:
            canvas.setStrokeColor(HexColor(style.stroke))
            canvas.setLineWidth(style.width)
        if style.fill:
            canvas.setFillColor(HexColor(style.fill))
        if style.size:
            canvas.setFont(self._fonts[style.bold], style.size)

    def _path(self, places: Sequence[Place]) -> Any:
        path = self.canv.beginPath()
        for i, (x, y) in enumerate(places):
            (path.lineTo if i else path.moveTo)(x, self._drawing.height - y)
        return path
