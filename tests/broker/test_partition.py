"""One partition of inputs without a broker: when time moves, and what is published then."""

from typing import Any

from monitor.core.event import Event
from monitor.core.reading import Options
from monitor.decide.now import InputTime
from monitor.decide.partition import Partition
from monitor.ingest.envelope import VERSION, InputRecord, Item, Tick
from monitor.packs.loading import load_law

MINUTE_US = 60_000_000
#: some instant at which the packaged policies are in force
T0_US = 1_773_475_200_000_000
SOURCES = (("alarms", 2),)


def tick(*confirmed_us: int) -> Tick:
    """Return a tick that confirms partitions 0, 1, ... up to these times."""
    return Tick(SOURCES, tuple(("alarms", n, up_to_us) for n, up_to_us in enumerate(confirmed_us)))


def record(up_to_us: int, *events: Event) -> InputRecord:
    """Return an envelope, or a plain tick, at whose time stamp all is confirmed up to a time."""
    items = tuple(Item("alarms", 0, n, event) for n, event in enumerate(events))
    return InputRecord(VERSION, items, tick(up_to_us, up_to_us))


def event(action: Any, time_us: int, end_users: int = 25_000) -> Event:
    """Return an event of the one alarm of these tests."""
    return Event(
        "BE/agg-1", "oss", "1", action, time_us, 0, "olt-1", "major", None,
        (("fixed_internet", "BE-1000", end_users),), None, (), (), "",
    )  # fmt: skip


def partition() -> Partition:
    """Return an empty partition that publishes its status at every change."""
    return Partition(load_law(), Options(), 0)


def test_time_is_that_of_the_slowest_source() -> None:
    """Each source counts with its largest confirmed time, and the least of these is now."""
    time = InputTime()
    assert time.take(tick(50, 30)) == 30
    assert time.take(tick(20, 40)) == 40


def test_time_is_unknown_while_a_source_is_unheard_of() -> None:
    """A source that is named but not confirmed leaves the time open."""
    assert InputTime().take(tick(50)) is None


def test_a_new_source_partition_must_be_confirmed_first() -> None:
    """A partition that was added holds time until somebody has read it."""
    time = InputTime()
    assert time.take(tick(50, 50)) == 50
    assert time.take(Tick((("alarms", 3),), (("alarms", 0, 60), ("alarms", 1, 60)))) is None
    assert time.take(Tick((("alarms", 3),), (("alarms", 2, 55),))) == 55


def test_time_alone_crosses_at_its_exact_instant() -> None:
    """The notification follows from a tick, says T, and carries the tick's own time stamp."""
    state = partition()
    assert state.apply(record(T0_US, event("raise", T0_US)), T0_US)[0] == []
    assert state.apply(record(T0_US + 60 * MINUTE_US - 1), T0_US)[0] == []
    detected_at_us = T0_US + 60 * MINUTE_US + 250_000
    (said,), _ = state.apply(record(T0_US + 60 * MINUTE_US), detected_at_us)
    assert (said.crossed_at_us, said.detected_at_us) == (T0_US + 60 * MINUTE_US, detected_at_us)


def test_the_items_of_a_record_come_before_its_tick() -> None:
    """A clear in the same record prevents what the tick alone would have raised."""
    state = partition()
    state.apply(record(T0_US, event("raise", T0_US)), T0_US)
    cleared = event("clear", T0_US + 59 * MINUTE_US)
    assert state.apply(record(T0_US + 61 * MINUTE_US, cleared), T0_US)[0] == []


def test_status_shows_counts_and_what_comes_next() -> None:
    """Counts in both readings, the nearest threshold, and the instant of the next crossing."""
    state = partition()
    _, (few,) = state.apply(record(T0_US, event("raise", T0_US, 24_000)), T0_US)
    (rule,) = few.fields["rules"]
    assert rule["end_users"] == {"cautious": 24_000, "literal": 24_000}
    assert rule["next_by_count"] == {"duration": "PT1H", "end_users": 25_000, "missing": 1000}
    assert rule["next_by_time"] is None

    more = event("change", T0_US + MINUTE_US, 26_000)
    _, (many,) = state.apply(record(T0_US + 2 * MINUTE_US, more), T0_US)
    (rule,) = many.fields["rules"]
    assert rule["next_by_count"] is None
    assert rule["next_by_time"]["at"] == "2026-03-14T09:00:00Z"


def test_status_has_a_last_record_and_no_needless_ones() -> None:
    """Nothing is said while nothing changes; the end is."""
    state = partition()
    state.apply(record(T0_US, event("raise", T0_US)), T0_US)
    assert state.apply(record(T0_US + MINUTE_US), T0_US)[1] == []
    _, (last,) = state.apply(
        record(T0_US + 3 * MINUTE_US, event("clear", T0_US + 2 * MINUTE_US)), T0_US
    )
    assert (last.fields["state"], last.fields["ended_at"]) == ("ended", "2026-03-14T08:02:00Z")


def test_status_follows_an_event_that_was_ahead_of_time() -> None:
    """An event from a source that runs ahead shows once time has reached it."""
    state = partition()
    _, none_yet = state.apply(record(T0_US, event("raise", T0_US + MINUTE_US)), T0_US)
    assert none_yet == []
    _, (status,) = state.apply(record(T0_US + MINUTE_US), T0_US)
    assert status.fields["state"] == "open"


def test_reading_the_same_records_again_says_the_same() -> None:
    """What is published follows from the records alone."""
    records = [
        record(T0_US, event("raise", T0_US)),
        record(T0_US + 61 * MINUTE_US),
        record(T0_US + 62 * MINUTE_US, event("clear", T0_US + 30 * MINUTE_US)),
    ]
    first, second = (
        [state.apply(r, T0_US) for r in records] for state in (partition(), partition())
    )
    assert first == second
    assert [n.type for said, _ in first for n in said] == ["required", "withdrawn"]
