"""The durable input, envelopes and ticks: however it was cut, the same crossings stand.

Nothing in these streams is too late: they come in order, or the horizon is beyond them all.
"""

from collections.abc import Iterator

import pytest

from monitor.core.event import Event
from monitor.core.notification import Notification
from monitor.core.step import Envelope, Record
from properties.agreement import case, shuffled_case
from properties.durable import (
    Durable,
    afresh,
    durable,
    held,
    lines,
    published,
    reread,
    standing,
)

_SEEDS_PER_TEST = 100
_FAR_US = 400 * 86_400_000_000


def _in_order(batch: int) -> Iterator[Durable]:
    """Give streams in order of time, under any horizon."""
    for seed in range(batch * _SEEDS_PER_TEST, (batch + 1) * _SEEDS_PER_TEST):
        yield durable(case(seed), "in order")


def _out_of_order(batch: int) -> Iterator[Durable]:
    """Give streams in the order they were made or in any, under a horizon beyond them all."""
    for seed in range(batch * _SEEDS_PER_TEST, (batch + 1) * _SEEDS_PER_TEST):
        a = case(seed)._replace(lateness_horizon_us=_FAR_US)
        if seed % 3:
            yield durable(shuffled_case(a) if seed % 2 else a, "as made")
        else:
            yield durable(a, "backlog")


def _flat(said: list[list[Notification]]) -> list[Notification]:
    return [n for notifications in said for n in notifications]


def _events(records: list[Record]) -> list[Event]:
    return [event for r in records if isinstance(r, Envelope) for event in r.events]


@pytest.mark.parametrize("batch", range(100, 104))
def test_in_order_it_ends_at_what_holds(batch: int) -> None:
    """Events in order, cut anyhow, under any horizon: what stands is what holds in the end."""
    for d in _in_order(batch):
        said = _flat(published(d, d.records))
        assert standing(said) == held(d.events, d.case.options), f"seed {d.case.seed}"


@pytest.mark.parametrize("batch", range(110, 116))
def test_out_of_order_it_ends_at_what_holds(batch: int) -> None:
    """Events in any order, cut anyhow: what stands is what holds in the end."""
    for d in _out_of_order(batch):
        said = _flat(published(d, d.records))
        assert standing(said) == held(d.events, d.case.options), f"seed {d.case.seed}"


@pytest.mark.parametrize("batch", range(120, 122))
def test_after_every_record_it_is_as_if_read_at_once(batch: int) -> None:
    """After each record stands what stands if all so far had come in one envelope and one tick."""
    for d in _out_of_order(batch):
        said, clock = published(d, d.records), -(1 << 62)
        for n, record in enumerate(d.records, 1):
            clock = max(clock, clock if record.moment is None else record.moment)
            fresh = afresh(d, _events(d.records[:n]), clock)
            assert standing(_flat(said[:n])) == fresh, f"seed {d.case.seed}, record {n}"


@pytest.mark.parametrize("batch", range(130, 132))
def test_revisions_count_up_and_types_follow(batch: int) -> None:
    """Revisions are 0, 1, 2 …; required, then corrected to other times, until withdrawn."""
    for d in _out_of_order(batch):
        last: dict[str, Notification] = {}
        for n in _flat(published(d, d.records)):
            before = last.get(n.crossing_id)
            assert n.revision == (before.revision + 1 if before else 0), f"seed {d.case.seed}"
            stood = before is not None and before.type != "withdrawn"
            assert (n.type == "required") != stood, f"seed {d.case.seed}"
            if before is not None and n.type != "required":
                moved = n.crossed_at_us != before.crossed_at_us
                assert moved == (n.type == "corrected"), f"seed {d.case.seed}"
            last[n.crossing_id] = n


@pytest.mark.parametrize("batch", range(140, 142))
def test_read_again_it_says_the_same(batch: int) -> None:
    """The same records, written and read back, give the same messages byte by byte."""
    for d in _out_of_order(batch):
        first, again = published(d, d.records), published(d, reread(d.records))
        assert lines(again) == lines(first), f"seed {d.case.seed}"


@pytest.mark.parametrize("batch", range(150, 152))
def test_events_that_come_again_say_nothing(batch: int) -> None:
    """After a crash events may come again in other envelopes: that is counted, and all."""
    for d in _out_of_order(batch):
        again = Envelope(tuple(reversed(d.events)))
        said = published(d, [*d.records, again])
        assert said[-1] == [], f"seed {d.case.seed}"
