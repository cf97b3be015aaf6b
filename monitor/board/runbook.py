"""The runbook as a page of the board: what an alert links to must be there when nothing else is."""

from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

_NAME: Final = "runbook.md"
_HEADINGS: Final = frozenset({"h1", "h2"})


def runbook() -> str:
    """Return the runbook as HTML; each heading can be linked to by its name in small letters."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(_written())
    for opening, inside in pairwise(tokens):
        if opening.type == "heading_open" and opening.tag in _HEADINGS:
            opening.attrSet("id", _anchor(inside))
    return str(markdown.renderer.render(tokens, markdown.options, {}))


def _anchor(inside: Token) -> str:
    return inside.content.lower().replace(" ", "-")


def _written() -> str:
    """Read it where the package has it; a checkout has it among its documents."""
    packaged = files("monitor.board") / _NAME
    if packaged.is_file():
        return packaged.read_text("utf-8")
    return (Path(__file__).parents[2] / "docs" / _NAME).read_text("utf-8")
