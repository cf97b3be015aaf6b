"""`outage-monitor duties`: what has to be notified, to whom, and until when."""

import sys
from typing import Annotated

import typer
from rich.console import Console

from monitor.actions.known import by_due, short_ids
from monitor.actions.outputs import outputs_of
from monitor.cli import acting, cluster, common
from monitor.cli.duties_text import table
from monitor.clock import WallClock


def duties(
    *,
    all_: Annotated[
        bool, typer.Option("--all", help="Also what is done, and what was withdrawn.")
    ] = False,
    json_: Annotated[
        bool, typer.Option("--json", help="One JSON object a line, as on obligation.status.v1.")
    ] = False,
) -> None:
    """List the obligations that have still to be done, the most urgent first."""
    at = cluster.place()
    known, values = acting.reached(at, _read(at))
    wanted = by_due(duty for duty in known.duties.values() if all_ or duty.open)
    if json_:
        for duty in wanted:
            sys.stdout.write(values[duty.obligation_id].decode() + "\n")
        return
    out = common.wide(Console(highlight=False), 300)
    if wanted:
        out.print(table(wanted, short_ids(known.duties), WallClock().now_us()))
    else:
        typer.echo("nothing has to be done" if not all_ else "no obligation is known")


async def _read(at: cluster.Place) -> acting.Read:
    async with outputs_of(at.broker, at.topics) as outputs:
        await acting.read(outputs)
        return outputs.known, outputs.values
