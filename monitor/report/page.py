"""A report as one page of HTML: no script, nothing from elsewhere, made to be printed, too."""

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Final

from monitor.explain.svg import svg
from monitor.messages.printable import printable
from monitor.report.blocks import Block, Grid, Heading, Pairs, Paragraph, Picture, Plain, Report
from monitor.report.cells import Cell, Number, Open

_STYLE: Final = Path(__file__).parent / "page.css"
#: Whatever slips through, a browser loads nothing and runs nothing.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def page(report: Report) -> str:
    """Return the report as a whole page."""
    body = "\n".join(line for block in report.blocks for line in _block(block))
    return (
        f'<!doctype html>\n<html lang="{report.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(report.title)}</title>\n<style>\n{_STYLE.read_text('utf-8')}</style>\n"
        f"</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(text, level):
            yield f"<h{level}>{escape(text)}</h{level}>"
        case Paragraph(text, kind):
            yield f'<p class="{kind}">{escape(text)}</p>'
        case Plain(lines):
            text = escape("\n".join(lines))
            yield f"<pre>{text}</pre>"
        case Pairs(rows):
            yield "<dl>"
            for name, cells in rows:
                said = "".join(f"<p>{_cell(cell)}</p>" for cell in cells)
                yield f"<dt>{escape(name)}</dt><dd>{said}</dd>"
            yield "</dl>"
        case Grid():
            yield from _table(block)
        case Picture(drawing, _):
            yield f'<figure style="margin:0">{svg(drawing)}</figure>'


def _table(grid: Grid) -> Iterator[str]:
    whole = sum(grid.widths)
    looks = [' class="right"' if i in grid.numbers else "" for i in range(len(grid.head))]
    yield "<table>"
    cols = (f'<col style="width:{100 * width / whole:.1f}%">' for width in grid.widths)
    yield f"<colgroup>{''.join(cols)}</colgroup>"
    heads = (f"<th{look}>{escape(name)}</th>" for name, look in zip(grid.head, looks, strict=True))
    yield f"<thead><tr>{''.join(heads)}</tr></thead><tbody>"
    for row in grid.rows:
        cells = (f"<td{look}>{_cell(cell)}</td>" for cell, look in zip(row, looks, strict=True))
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody></table>"


def _cell(cell: Cell) -> str:
    said = escape(str(cell))
    if isinstance(cell, Open):
        return f'<span class="open">{said}</span>'
    if isinstance(cell, Number) and cell.counted.alarms:
        names = ", ".join(cell.counted.alarms)
        more = cell.counted.alarm_count - len(cell.counted.alarms)
        title = escape(printable(names + (f" +{more}" if more else "")))
        return f'<span class="figure" title="{title}">{said}</span>'
    if said.startswith("https://") and " " not in said:
        return f'<a href="{said}">{said}</a>'
    return said
