"""`outage-monitor metrics`: every metric that workers and the board export."""

import json
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from monitor.metrics import METRICS
from monitor.metrics_page import markdown


def metrics(
    as_json: Annotated[bool, typer.Option("--json", help="Write one JSON array.")] = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Write the page of the documentation.")
    ] = False,
) -> None:
    """Show every metric: its type, unit, labels and meaning; nothing else is exported."""
    if as_markdown:
        sys.stdout.write(markdown())
    elif as_json:
        sys.stdout.write(json.dumps([metric._asdict() for metric in METRICS], indent=2) + "\n")
    else:
        Console(highlight=False).print(_table())


def _table() -> Table:
    table = Table("metric", "type", "labels", "meaning", box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    for metric in METRICS:
        labels = ", ".join(metric.labels)
        said = f"{escape(metric.meaning)} [dim]({metric.unit}, {metric.part})[/]"
        table.add_row(metric.name, metric.kind, labels, said)
    return table
