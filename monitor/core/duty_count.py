"""Which crossings call for which obligations.

Each obligation counts, by rule, how many crossings that call for it stand: a notification that
something is required adds one, its withdrawal takes it away. A correction changes no count, and a
withdrawal names the same obligations as what it withdraws.
"""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from monitor.core.duty import Call, Steps
from monitor.core.duty_state import Obligation
from monitor.core.event import Effect
from monitor.core.law import Cell
from monitor.core.notification import Notification

_Calls = tuple[tuple[str, int], ...]


def target_of(cell: Cell | Effect) -> str | None:
    """Return the target of what was crossed; None for a table."""
    return None if isinstance(cell, Cell) else cell[1]


def counted(
    said: Notification, group: Mapping[str, Obligation], steps: Steps
) -> Iterator[Obligation]:
    """Yield the obligations of an outage key that a notification changes, with the change."""
    if said.type == "required":
        yield from _called(said, group, steps)
        return
    for known in (group[name] for name in said.obligations if name in group):
        if said.type == "withdrawn":
            calls = _more(known.calls, said.rule.rule, -1)
            yield replace(known, calls=calls, superseded_by=said.superseded_by)
        elif known.crossing_id == said.crossing_id:
            yield replace(known, crossed_at_us=said.crossed_at_us)


def _called(
    said: Notification, group: Mapping[str, Obligation], steps: Steps
) -> Iterator[Obligation]:
    for call in steps.called(said.rule.rule, target_of(said.cell), said.first_onset_us):
        name = call.obligation_id(said.outage_id)
        known = group.get(name) or _new(name, call, said)
        if not known.calls:
            known = replace(
                known,
                crossing_id=said.crossing_id,
                crossed_at_us=said.crossed_at_us,
                first_onset_us=said.first_onset_us,
                policy_set=said.policy_set,
            )
        yield replace(known, calls=_more(known.calls, said.rule.rule, 1), superseded_by=None)


def _more(calls: _Calls, rule: str, count: int) -> _Calls:
    """Return the counts with more, or fewer, for a rule; in order, without what is zero."""
    counts = dict(calls)
    counts[rule] = counts.get(rule, 0) + count
    return tuple(sorted((name, number) for name, number in counts.items() if number > 0))


def _new(name: str, call: Call, said: Notification) -> Obligation:
    step = call.step
    return Obligation(
        obligation_id=name,
        outage_id=said.outage_id,
        outage_key=said.outage_key,
        named_us=said.named_us,
        country=said.country,
        policy=step.policy,
        authority=step.authority,
        step=step.step,
        title=step.title,
        after=step.after,
        addressees=call.addressees,
        channels=step.channels,
        voluntary=step.voluntary,
        source=step.source,
        policy_set=said.policy_set,
        crossing_id=said.crossing_id,
        first_onset_us=said.first_onset_us,
        crossed_at_us=said.crossed_at_us,
    )
