"""Hundreds of small streams on a coarse grid, cut into envelopes and ticks: what must hold.

What holds in the end is one fold over all events in order; that this fold is right is asked in
`properties`, against the naive reference.
"""

import pytest

from core.small_world import Arrival, held, published, standing, world
from core.world import LAW
from monitor.core.event import Event
from monitor.core.moment import time_of
from monitor.core.notification import Notification
from monitor.core.step import Book, Envelope, Record, Tick, step

_SEEDS_PER_TEST = 150
_NEVER = 1 << 62
_NEVER_TOO_LATE: tuple[Arrival, ...] = ("in order", "a little late")
_ARRIVALS: tuple[Arrival, ...] = ("in order", "a few late", "in any order", "as a backlog")


def _seeds(batch: int) -> range:
    return range(batch * _SEEDS_PER_TEST, (batch + 1) * _SEEDS_PER_TEST)


def _flat(said: list[list[Notification]]) -> list[Notification]:
    return [n for notifications in said for n in notifications]


@pytest.mark.parametrize("arrival", _ARRIVALS)
@pytest.mark.parametrize("batch", range(2))
def test_what_stands_is_what_holds(batch: int, arrival: Arrival) -> None:
    """However the stream was cut, and in whatever order it came, it ends at what holds."""
    for seed in _seeds(batch):
        w = world(seed, arrival)
        assert standing(_flat(published(w))) == held(w), f"seed {seed}"


@pytest.mark.parametrize("arrival", _ARRIVALS)
def test_after_every_record_it_is_as_if_read_at_once(arrival: Arrival) -> None:
    """After each record stands what one envelope with all events so far makes stand."""
    for seed in _seeds(4)[:60]:
        w = world(seed, arrival)
        said, clock, read = published(w), -(1 << 62), list[Event]()
        for n, record in enumerate(w.records, 1):
            if isinstance(record, Envelope):
                read += record.events
            else:
                clock = max(clock, record.moment)
            at_once: list[Record] = [Envelope(tuple(read)), Tick(clock)]
            fresh = standing(_flat(published(w, at_once)))
            assert standing(_flat(said[:n])) == fresh, f"seed {seed}, record {n}"


@pytest.mark.parametrize("arrival", _NEVER_TOO_LATE)
@pytest.mark.parametrize("horizon", [5, 20])
def test_any_horizon_will_do(horizon: float, arrival: Arrival) -> None:
    """Where nothing is too late, a short horizon drops nothing that still decides."""
    for seed in _seeds(5):
        w = world(seed, arrival, horizon=horizon)
        assert standing(_flat(published(w))) == held(w), f"seed {seed}"


@pytest.mark.parametrize("arrival", _ARRIVALS)
def test_due_is_exact(arrival: Arrival) -> None:
    """Nothing happens before the moment it is due, and what a tick then says is of that moment."""
    for seed in _seeds(6):
        w = world(seed, arrival)
        book, said = Book(LAW, w.options), list[Notification]()
        for record in w.records:
            while isinstance(record, Tick) and (due := book.due or _NEVER) <= record.moment:
                assert book.advance(due - 1) == [], f"seed {seed}"
                now = step(book, Tick(due), 0)
                said += now
                assert all(n.crossed_at_us == time_of(due) for n in now), f"seed {seed}"
                assert book.due is None or book.due > due, f"seed {seed}"
            said += step(book, record, 0)
        assert standing(said) == held(w), f"seed {seed}"
