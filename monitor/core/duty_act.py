"""Which obligations an action is about, or why it cannot be taken."""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from monitor.core.duty_state import Action, Change, Obligation, Taken

ProblemKind = Literal[
    "unknown_outage", "unknown_obligation", "unknown_action", "unknown_alarm",
    "not_one_obligation", "action_id_used", "too_late",
]  # fmt: skip


class Problem(Struct, frozen=True):
    """Why an action cannot be taken: in a word, and in a sentence for whoever sent it."""

    kind: ProblemKind
    text: str


class Outcome(NamedTuple):
    """What became of an action."""

    #: why it was not taken; None: it was, now or before
    problem: Problem | None
    #: to be written down
    taken: list[Taken]
    changes: list[Change]


def refused(problem: Problem) -> Outcome:
    """Return the outcome of an action that was not taken."""
    return Outcome(problem, [], [])


def chosen(action: Action, group: Iterable[Obligation]) -> list[Obligation] | Problem:
    """Return the obligations that an action is about, or what is wrong with it."""
    told = [o for o in group if o.outage_id == action.outage_id and o.state != "waiting"]
    told.sort(key=lambda o: o.obligation_id)  # however they came into the group
    if action.kind == "clear":
        return told  # a note for all of them, if there are any
    if not told:
        return Problem("unknown_outage", f"no obligation is known of outage {action.outage_id}")
    named = [o for o in told if action.obligation in ("", o.obligation_id, o.step)]
    if not named:
        steps = ", ".join(sorted({o.step for o in told}))
        return Problem(
            "unknown_obligation",
            f"outage {action.outage_id} has no obligation {action.obligation}; it has {steps}, "
            "and what follows the restoration only once it is restored",
        )
    if action.kind == "submitted" and len(named) > 1:
        names = ", ".join(o.obligation_id for o in named)
        return Problem(
            "not_one_obligation", f"a submission is of one obligation; name one of {names}"
        )
    return named


def mismatch(action: Action, known: Mapping[str, Taken]) -> Problem | None:
    """Say why an action does not fit to those that were taken for the same obligation."""
    before = known.get(action.action_id)
    # Told again later it is still the same; it counts from when it was told first.
    if before is not None and before.action != replace(
        action, recorded_us=before.action.recorded_us
    ):
        return Problem(
            "action_id_used",
            f"action id {action.action_id} was used for another action; give each its own",
        )
    if action.corrects is not None and action.corrects not in known:
        return Problem(
            "unknown_action", f"there is no action {action.corrects} of this obligation to correct"
        )
    return None
