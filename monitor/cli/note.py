"""`outage-monitor note`: something to remember about an obligation."""

from typing import Annotated

import typer

from monitor.actions.known import Duty, Known
from monitor.actions.message import ActionMessage
from monitor.cli import acting


def note(  # noqa: PLR0913 - a command has as many parameters as it has options
    named: acting.Named,
    text: Annotated[list[str], typer.Argument(metavar="TEXT...", help="What there is to say.")],
    *,
    step: acting.Step = None,
    who: acting.Who = None,
    corrects: acting.Corrects = None,
    action_id: acting.ActionId = None,
    force: acting.Force = False,
    no_wait: acting.NoWait = False,
) -> None:
    """Note something about an obligation, or about all of an outage.

    A note that corrects a submission takes it back: it is due again.
    """
    how = acting.How(who=who, corrects=corrects, action_id=action_id, force=force, wait=not no_wait)

    def make(known: Known) -> tuple[ActionMessage, list[Duty]]:
        target = acting.about(known, named, step, how)
        fields = {"obligation": target.obligation, "note": " ".join(text)}
        return acting.message("note", target.outage_id, how, **fields), target.duties

    acting.act(make, how)
