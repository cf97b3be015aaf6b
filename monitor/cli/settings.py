"""`outage-monitor settings`: every setting, what is in force, and where it comes from."""

import json
import sys
from collections.abc import Iterable
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from monitor.cli import common
from monitor.messages.printable import printable
from monitor.settings_load import unknown_settings
from monitor.settings_table import Row, markdown, rows

#: A file or a pipe has no width of its own.
_WIDTH: Final = 140


def settings(
    as_json: Annotated[
        bool, typer.Option("--json", help="Write one JSON object: settings and unknown.")
    ] = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Write the page of the documentation.")
    ] = False,
) -> None:
    """Show every setting: its value, where that comes from, its default, what it means.

    Settings are environment variables; a password is shown as ***.
    """
    if as_markdown:
        sys.stdout.write(markdown())
        return
    shown = list(rows(common.settings()))
    if as_json:
        told = {"settings": [row._asdict() for row in shown], "unknown": unknown_settings()}
        sys.stdout.write(json.dumps(told, indent=2) + "\n")
        return
    common.wide(Console(highlight=False), _WIDTH).print(_table(shown))


def _table(shown: Iterable[Row]) -> Table:
    table = Table("setting", "value", "from", "default", "meaning", box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    for column in (1, 3):
        table.columns[column].overflow = "fold"
    for row in shown:
        set_here = row.source != "default"
        table.add_row(
            row.name,
            _text(row.value),
            row.source,
            _text(row.default) if set_here else "",
            f"{row.description} [dim]({escape(row.allowed)})[/]",
            style="bold" if set_here else None,
        )
    return table


def _text(value: str | None) -> str:
    return "[dim]not set[/]" if value is None else escape(printable(value))
