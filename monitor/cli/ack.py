"""`outage-monitor ack`: somebody works on it."""

from typing import Annotated

import typer

from monitor.actions.known import Duty, Known
from monitor.actions.message import ActionMessage
from monitor.cli import acting


def ack(  # noqa: PLR0913 - a command has as many parameters as it has options
    named: acting.Named,
    *,
    step: acting.Step = None,
    text: Annotated[str | None, typer.Option("--note", help="What there is to say of it.")] = None,
    who: acting.Who = None,
    corrects: acting.Corrects = None,
    action_id: acting.ActionId = None,
    force: acting.Force = False,
    no_wait: acting.NoWait = False,
) -> None:
    """Acknowledge an obligation, or all of an outage: somebody works on it."""
    how = acting.How(who=who, corrects=corrects, action_id=action_id, force=force, wait=not no_wait)

    def make(known: Known) -> tuple[ActionMessage, list[Duty]]:
        target = acting.about(known, named, step, how)
        fields = {"obligation": target.obligation, "note": text}
        return acting.message("acknowledged", target.outage_id, how, **fields), target.duties

    acting.act(make, how)
