"""`outage-monitor clear`: what is over, though no alarm says so."""

from typing import Annotated
from urllib.parse import unquote

import typer

from monitor.actions.known import Duty, Known, UnknownError, check_outage
from monitor.actions.message import ActionMessage, AlarmName
from monitor.cli import acting, common
from monitor.core.written import time_text


def clear(  # noqa: PLR0913 - a command has as many parameters as it has options
    outage: Annotated[str, typer.Argument(metavar="OUTAGE", help="The id of the outage.")],
    *,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="How it is known that it is over.")
    ],
    alarm: Annotated[
        list[str] | None,
        typer.Option(
            "--alarm",
            metavar="SOURCE/ID",
            help="Only this alarm, as `alarms` has it; may be given several times.",
        ),
    ] = None,
    at: Annotated[
        int | None,
        typer.Option(
            "--at",
            parser=common.instant,
            metavar="TIME",
            help="When it was over, if that was not now (RFC 3339).",
        ),
    ] = None,
    who: acting.Who = None,
    corrects: acting.Corrects = None,
    action_id: acting.ActionId = None,
    force: acting.Force = False,
    no_wait: acting.NoWait = False,
) -> None:
    """End an outage, or some of its alarms, by a person's word: their clear was lost.

    They end now, or --at the time given. What was crossed by then stays crossed, and what must be
    notified stays due; what was crossed only after it is withdrawn.
    """
    how = acting.How(who=who, corrects=corrects, action_id=action_id, force=force, wait=not no_wait)
    alarms = None if not alarm else tuple(map(_alarm, alarm))

    def make(known: Known) -> tuple[ActionMessage, list[Duty]]:
        try:
            check_outage(known, outage, again=action_id is not None)
        except UnknownError:
            if not force:
                raise
        fields = {
            "done_at": None if at is None else time_text(at),
            "note": reason,
            "alarms": alarms,
        }
        return acting.message("clear", outage, how, **fields), known.of(outage)

    acting.act(make, how)


def _alarm(text: str) -> AlarmName:
    r"""Read SOURCE/ID; a `/` in the source, or a `%`, is written as in an address: %2F, %25."""
    source, _, alarm_id = text.partition("/")
    if not (source and alarm_id):
        common.fail(f"--alarm {text}: expected SOURCE/ID, as `outage-monitor alarms` has it")
    return AlarmName(unquote(source), unquote(alarm_id))
