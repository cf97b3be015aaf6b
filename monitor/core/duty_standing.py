"""From what is known about one obligation to how it stands: pure, and one obligation at a time.

1. It is called for while a crossing that calls for it stands; a step after the restoration, while
   the outage is restored, too.
2. It is done when it was submitted. A submission after the restoration counts if it was made after
   the restoration as it is now known: one made before the outage went on again does not.
3. It is overdue when the clock has passed its deadline.
4. What was done, and known, about an outage that another one absorbed counts for that one.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from monitor.core.duty import Due, Step, WithoutDelay, Workdays
from monitor.core.duty_state import Because, Deed, Obligation, State, Transition
from monitor.core.moment import at
from monitor.core.written import time_text

#: A record must not grow without end: of more changes of state the first and the last are kept.
_FIRST: Final = 8
_LAST: Final = 24
_LONG_AGO_US: Final = -(1 << 62)


class Facts(Struct, frozen=True):
    """What a look at an obligation takes into account beside the obligation itself."""

    #: the step as the pack has it now; None: it has it no more
    step: Step | None
    #: when the outage ended; None: it goes on, or nobody knows any more
    ended_us: int | None
    #: the same duty of outages that were absorbed
    absorbed: Sequence[Obligation]
    #: what people did, also about those
    deeds: Sequence[Deed]
    #: the clock, as a moment
    clock: int
    #: the time stamp of whatever made somebody look
    cause_us: int


def stand(old: Obligation, now: Obligation, facts: Facts) -> Obligation:
    """Return an obligation as it stands now; `old` is how it stood when it was last looked at."""
    if now.called:
        if not old.live or old.called_us < _earliest_us(now):
            now = replace(now, called_us=facts.cause_us)
        now = _timed(old, now, facts)
    now = _done(now, facts.deeds)
    state = _state(now, facts.clock)
    if state != old.state:
        because = _because(old, now, state)
        now = _moved(now, Transition(state, facts.cause_us, because))
    return now


def overdue(now: Obligation) -> Obligation:
    """Return a due obligation after its deadline has passed."""
    return _moved(now, Transition("overdue", now.due_us, "deadline"))


def _moved(now: Obligation, transition: Transition) -> Obligation:
    """Note a change of state."""
    state = transition.state
    if state == "waiting":
        return replace(now, state=state)
    kept, left_out = (*now.transitions, transition), now.left_out
    if len(kept) > _FIRST + _LAST:
        kept = kept[:_FIRST] + kept[_FIRST + 1 :]
        left_out += 1
    return replace(now, state=state, transitions=kept, left_out=left_out)


# -- until when


def _timed(old: Obligation, now: Obligation, facts: Facts) -> Obligation:
    """Work out the deadline, if anything changed that it hangs on."""
    earliest_us = _earliest_us(now)
    known_us = (us for us in _known_us(now, facts.absorbed) if us >= earliest_us)
    since_us = max(earliest_us, min([now.called_us, *known_us]))
    fresh = not old.live
    if not fresh and (since_us, now.restored_us) == (old.since_us, old.restored_us):
        return now
    now = replace(now, since_us=since_us)
    due = _due(now, facts.step, _basis_us(now, facts.step))
    late = now.late if now.after == "crossing" and not fresh else _late(now, facts)
    return replace(now, due_us=due.at_us, due_how=due.how, late=late)


def _earliest_us(now: Obligation) -> int:
    """Return before when nobody can have known: a restoration is not known before it is."""
    return _LONG_AGO_US if now.restored_us is None else now.restored_us


def _known_us(now: Obligation, absorbed: Iterable[Obligation]) -> Iterable[int]:
    """Yield since when the same duty of absorbed outages was known, if it was up to this one."""
    for other in absorbed:
        if other.state == "withdrawn" and other.transitions[-1].at_us >= now.called_us:
            yield other.since_us


def _basis_us(now: Obligation, step: Step | None) -> int:
    """Return what the deadline is counted from."""
    counted_from_knowledge = step is None or isinstance(step.deadline, WithoutDelay | Workdays)
    if now.restored_us is None or now.after == "crossing" or counted_from_knowledge:
        return now.since_us
    return now.restored_us


def _due(now: Obligation, step: Step | None, basis_us: int) -> Due:
    if step is None:
        how = f"At once: the packs have no step {now.step} any more that says how long it may take."
        return Due(basis_us, how)
    return step.deadline.due(now.after, basis_us)


def _late(now: Obligation, facts: Facts) -> str:
    """Say how a duty was late when it came into being; empty if it was not."""
    since = time_text(now.since_us)
    if now.after == "crossing" or now.restored_us is None:
        happened_us = now.crossed_at_us
        what = f"the crossing of {time_text(happened_us)} was detected at {since}"
        if facts.ended_us is not None and facts.ended_us < now.since_us:
            return f"{what}, when the outage was over since {time_text(facts.ended_us)}"
    else:
        happened_us = now.restored_us
        what = f"the restoration of {time_text(happened_us)} was known at {since}"
    in_time_us = _due(now, facts.step, happened_us).at_us
    if in_time_us < now.since_us:
        return (
            f"{what}; counted from when it happened, the time was over at {time_text(in_time_us)}"
        )
    return ""


# -- what was done


def _done(now: Obligation, deeds: Sequence[Deed]) -> Obligation:
    """Sum up what people did."""

    def last(kind: str) -> Deed | None:
        return max((d for d in deeds if d.kind == kind), key=lambda d: d.recorded_us, default=None)

    submitted = [d for d in deeds if d.kind == "submitted"]
    if now.called and now.after == "restoration" and now.restored_us is not None:
        submitted = [d for d in submitted if d.at_us >= (now.restored_us or 0)]
    return replace(
        now,
        acknowledged=last("acknowledged"),
        submitted=min(submitted, key=lambda d: (d.at_us, d.recorded_us), default=None),
        note=last("note"),
        actions=len(deeds),
    )


def _state(now: Obligation, clock: int) -> State:
    if not now.called:
        return "withdrawn" if now.transitions else "waiting"
    if now.submitted is not None:
        return "done"
    return "overdue" if clock > at(now.due_us) else "due"


def _because(old: Obligation, now: Obligation, state: State) -> Because:
    """Say what made the state another one."""
    if state == "withdrawn":
        if now.superseded_by is not None:
            return "absorbed"
        return "resumed" if now.calls else "undone"
    if state == "done":
        carried = now.submitted is not None and now.submitted.carried_from is not None
        return "absorbed" if carried else "submitted"
    if old.state == "done" and old.restored_us == now.restored_us:
        return "corrected"
    return "crossed" if now.after == "crossing" else "restored"
