"""A report as PDF (A4), with its fonts embedded and the chart as vectors."""

from collections.abc import Iterator, Sequence
from functools import cache, partial
from html import escape
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    KeepTogether,
    SimpleDocTemplate,
    Spacer,
    Table,
)
from reportlab.platypus import Paragraph as Text

from monitor.report.blocks import Block, Grid, Heading, Pairs, Paragraph, Picture, Plain, Report
from monitor.report.cells import Cell, Open
from monitor.report.pdf_chart import Chart

_FONTS: Final = Path(__file__).parent / "fonts"
_REGULAR, _BOLD = "DejaVuSansCondensed", "DejaVuSansCondensed-Bold"
_MARGIN: Final = 17 * mm
#: A frame of the library keeps so much free at either side.
_PAD: Final = 6
_WIDTH: Final = A4[0] - 2 * (_MARGIN + _PAD)
_LEFT, _RIGHT = _MARGIN + _PAD, A4[0] - _MARGIN - _PAD
_INK, _QUIET, _LINE, _LAW = map(HexColor, ("#1b1f24", "#57606a", "#d8dde3", "#b3261e"))
_TINT, _PAPER = HexColor("#fbeceb"), HexColor("#f5f7f9")
_OPEN: Final = '<font backColor="#fff0b3">{}</font>'

_BODY: Final = ParagraphStyle(
    "body", fontName=_REGULAR, fontSize=9, leading=12.5, textColor=_INK, splitLongWords=1
)
_STYLES: Final = {
    "plain": ParagraphStyle("plain", _BODY, spaceAfter=4),
    "note": ParagraphStyle("note", _BODY, fontSize=8, leading=11, textColor=_QUIET, spaceAfter=4),
    "banner": ParagraphStyle(
        "banner", _BODY, fontName=_BOLD, fontSize=11, leading=15, textColor=_LAW, spaceAfter=6,
        borderColor=_LAW, borderWidth=1.2, borderPadding=(5, 7, 6, 7), backColor=_TINT,
        leftIndent=8, rightIndent=8, spaceBefore=6,
    ),
    "h1": ParagraphStyle(
        "h1", _BODY, fontName=_BOLD, fontSize=17, leading=21, spaceAfter=12
    ),
    "h2": ParagraphStyle(
        "h2", _BODY, fontName=_BOLD, fontSize=12, leading=15, spaceBefore=12, spaceAfter=4,
        keepWithNext=1,
    ),
    "small": ParagraphStyle("small", _BODY, fontSize=8, leading=10.5),
    "small_right": ParagraphStyle("small_right", _BODY, fontSize=8, leading=10.5, alignment=2),
    "head": ParagraphStyle("head", _BODY, fontName=_BOLD, fontSize=8, leading=10.5),
    "head_right": ParagraphStyle(
        "head_right", _BODY, fontName=_BOLD, fontSize=8, leading=10.5, alignment=2
    ),
    "name": ParagraphStyle("name", _BODY, fontName=_BOLD),
    "letter": ParagraphStyle(
        "letter", _BODY, fontSize=8.5, leading=11.5, backColor=_PAPER, leftIndent=6,
        rightIndent=6, borderPadding=(0, 6, 0, 6),
    ),
}  # fmt: skip


@cache
def _glyphs() -> frozenset[int]:
    """Make the fonts known; return the code points that they have."""
    for name in (_REGULAR, _BOLD):
        pdfmetrics.registerFont(TTFont(name, str(_FONTS / f"{name}.ttf")))
    return frozenset(pdfmetrics.getFont(_REGULAR).face.charToGlyph)


def pdf(report: Report) -> bytes:
    """Return the report as a file; the same report gives the same bytes."""
    _glyphs()
    target = BytesIO()
    document = SimpleDocTemplate(
        target, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=18 * mm,
        bottomMargin=20 * mm, title=_known(report.title), author="", subject=_known(report.foot),
        lang=report.language, invariant=1, pageCompression=1,
    )  # fmt: skip
    flow: list[Flowable] = []
    for block, following in zip_longest(report.blocks, report.blocks[1:]):
        flow += [*_room(following), *_block(block)]
    document.build(flow, canvasmaker=partial(_Pages, report=report))
    return target.getvalue()


class _Pages(Canvas):  # type: ignore[misc]  # the library ships no types
    """A canvas that knows how many pages there are before it writes their feet."""

    def __init__(self, *args: Any, report: Report, **options: Any) -> None:
        super().__init__(*args, **options)
        self._report = report
        self._done: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - the library calls it
        self._done.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        pages = len(self._done)
        for number, page in enumerate(self._done, 1):
            self.__dict__.update(page)
            self._foot(number, pages)
            super().showPage()
        super().save()

    def _foot(self, number: int, pages: int) -> None:
        report, y = self._report, 11 * mm
        self.setStrokeColor(_LINE)
        self.line(_LEFT, y + 10, _RIGHT, y + 10)
        self.setFont(_BOLD, 7.5)
        self.setFillColor(_LAW)
        self.drawString(_LEFT, y, _known(report.draft))
        self.setFont(_REGULAR, 7.5)
        self.setFillColor(_QUIET)
        self.drawCentredString(A4[0] / 2, y, _short(report.foot))
        self.drawRightString(_RIGHT, y, report.page.format(page=number, pages=pages))


# -- blocks


def _room(following: Block | None) -> Iterator[Flowable]:
    """Keep a heading on the page of the picture that follows it."""
    if isinstance(following, Picture):
        scale = _WIDTH / following.drawing.width
        yield CondPageBreak(min(following.drawing.height * scale + 40, A4[1] - 60 * mm))


def _block(block: Block) -> Iterator[Flowable]:
    match block:
        case Heading(text, level):
            yield Text(_markup(text), _STYLES[f"h{level}"])
        case Paragraph(text, kind):
            yield Text(_markup(text), _STYLES[kind])
        case Plain(lines):
            yield Spacer(0, 3)
            yield from (Text(_markup(line) or "&nbsp;", _STYLES["letter"]) for line in lines)
            yield Spacer(0, 6)
        case Pairs(rows):
            yield _pairs(rows)
        case Grid():
            yield _grid(block)
        case Picture(drawing, _):
            yield KeepTogether([Chart(drawing, _WIDTH, _REGULAR, _BOLD, _known)])


def _pairs(rows: Sequence[tuple[str, Sequence[Cell]]]) -> Table:
    cells = [
        [Text(_markup(name), _STYLES["name"]), [Text(_cell(c), _STYLES["plain"]) for c in said]]
        for name, said in rows
    ]
    return _table(cells, [_WIDTH * 0.3, _WIDTH * 0.7], heads=0)


def _grid(grid: Grid) -> Table:
    def styled(style: str, i: int, text: str) -> Text:
        return Text(text, _STYLES[f"{style}_right" if i in grid.numbers else style])

    rows = [[styled("head", i, _markup(name)) for i, name in enumerate(grid.head)]]
    rows += [[styled("small", i, _cell(c)) for i, c in enumerate(row)] for row in grid.rows]
    whole = sum(grid.widths)
    return _table(rows, [_WIDTH * width / whole for width in grid.widths], heads=1)


def _table(rows: Sequence[Sequence[Any]], widths: Sequence[float], heads: int) -> Table:
    look: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, _LINE),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 7),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
    if heads:
        look.append(("LINEBELOW", (0, 0), (-1, 0), 0.9, _INK))
    return Table(rows, colWidths=widths, style=look, repeatRows=heads, hAlign="LEFT", splitInRow=1)


# -- text


def _cell(cell: Cell) -> str:
    said = _markup(str(cell))
    return _OPEN.format(said) if isinstance(cell, Open) else said


def _markup(text: str) -> str:
    """Return text as the library takes it: none of it is markup."""
    return escape(_known(text))


def _known(text: str) -> str:
    """Name the characters that the font does not have, instead of leaving a hole."""
    glyphs = _glyphs()
    return "".join(c if ord(c) in glyphs else f"<U+{ord(c):04X}>" for c in text)


def _short(text: str, most: int = 70) -> str:
    said = _known(text)
    return said if len(said) <= most else f"{said[:most]}…"
