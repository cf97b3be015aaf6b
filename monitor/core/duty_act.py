"""Which obligations an action is about, or why it cannot be taken."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from monitor.core.duty_state import Action, Change, Obligation, Taken


class Outcome(NamedTuple):
    """What became of an action."""

    #: why it was not taken; None: it was, now or before
    problem: str | None
    #: to be written down
    taken: list[Taken]
    changes: list[Change]


def refused(problem: str) -> Outcome:
    """Return the outcome of an action that was not taken."""
    return Outcome(problem, [], [])


def chosen(action: Action, group: Iterable[Obligation]) -> list[Obligation] | str:
    """Return the obligations that an action is about, or what is wrong with it."""
    told = [o for o in group if o.outage_id == action.outage_id and o.state != "waiting"]
    if not told:
        return f"no obligation is known of outage {action.outage_id}"
    named = [o for o in told if action.obligation in ("", o.obligation_id, o.step)]
    if not named:
        steps = ", ".join(sorted({o.step for o in told}))
        return (
            f"outage {action.outage_id} has no obligation {action.obligation}; it has {steps}, "
            "and what follows the restoration only once it is restored"
        )
    if action.kind == "submitted" and len(named) > 1:
        names = ", ".join(o.obligation_id for o in named)
        return f"a submission is of one obligation; name one of {names}"
    return named


def mismatch(action: Action, known: Mapping[str, Taken]) -> str | None:
    """Say why an action does not fit to those that were taken for the same obligation."""
    before = known.get(action.action_id)
    if before is not None and before.action != action:
        return f"action id {action.action_id} was used for another action; give each its own"
    if action.corrects is not None and action.corrects not in known:
        return f"there is no action {action.corrects} of this obligation to correct"
    return None
