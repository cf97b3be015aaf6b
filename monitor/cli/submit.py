"""`outage-monitor submit`: an authority was told."""

from typing import Annotated

import typer

from monitor.actions.known import Duty, Known, UnknownError
from monitor.actions.message import ActionMessage
from monitor.cli import acting, common
from monitor.core.written import time_text

At = Annotated[
    int | None,
    typer.Option(
        "--at",
        parser=common.instant,
        metavar="TIME",
        help="When it was sent, if that was not now (RFC 3339, such as 2026-03-14T09:05:00+01:00).",
    ),
]


def submit(  # noqa: PLR0913 - a command has as many parameters as it has options
    named: acting.Named,
    *,
    reference: Annotated[
        str | None,
        typer.Option(
            "--reference",
            metavar="REF",
            help="Under which the authority knows it; of a telephone call who took it. A "
            "correction may leave it out.",
        ),
    ] = None,
    at: At = None,
    step: acting.Step = None,
    text: Annotated[str | None, typer.Option("--note", help="What there is to say of it.")] = None,
    who: acting.Who = None,
    corrects: acting.Corrects = None,
    action_id: acting.ActionId = None,
    force: acting.Force = False,
    no_wait: acting.NoWait = False,
) -> None:
    """Say that an obligation was done: what it asks for was sent to whom it names.

    One that was submitted wrongly is put right by another with --corrects, or taken back by a note
    with --corrects.
    """
    if reference is None and corrects is None:
        common.fail("give --reference: under which the authority knows it, or who took the call")
    how = acting.How(who=who, corrects=corrects, action_id=action_id, force=force, wait=not no_wait)

    def make(known: Known) -> tuple[ActionMessage, list[Duty]]:
        target = acting.about(known, named, step, how)
        if len(target.duties) > 1:
            raise UnknownError(_which(target.duties))
        fields = {
            "obligation": target.obligation,
            "done_at": None if at is None else time_text(at),
            "reference": reference,
            "note": text,
        }
        return acting.message("submitted", target.outage_id, how, **fields), target.duties

    acting.act(make, how)


def _which(duties: list[Duty]) -> str:
    names = ", ".join(f"{duty.obligation_id} ({duty.step})" for duty in duties)
    return f"a submission is of one obligation; name one of {names}"
