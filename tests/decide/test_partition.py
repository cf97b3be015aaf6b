"""One partition of inputs without a broker: when time moves, and what is published then."""

from typing import Any

import pytest
from msgspec.structs import replace

from monitor.core.domain import Domain
from monitor.core.event import Event
from monitor.core.reading import Options
from monitor.core.step import Book
from monitor.decide.applied import FaultError
from monitor.decide.applying import rules_of
from monitor.decide.now import InputTime
from monitor.decide.partition import Partition
from monitor.ingest.envelope import VERSION, InputRecord, Item, Tick
from monitor.ledger.keeper import Keeper
from monitor.ledger.restore import Reader, Restored
from monitor.messages.notification import notification_fields
from monitor.packs.loading import load_law

MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
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


def event(action: Any, time_us: int, end_users: int = 25_000, **more: Any) -> Event:
    """Return an event of the one alarm of these tests."""
    plain = Event(
        "BE/agg-1", "oss", "1", action, time_us, 0, "olt-1", "major", None,
        (("fixed_internet", "BE-1000", end_users),), None, (), (), "",
    )  # fmt: skip
    return replace(plain, **more)


def partition() -> Partition:
    """Return an empty partition."""
    book = Book(load_law(), Options())
    return Partition(Restored(book, Keeper(), None, {}, []), sources=["alarms"])


def reread(state: Partition, ledger: dict[bytes, bytes]) -> Partition:
    """Write a partition's changes into its ledger, and return what is read back from it."""
    for key, value in state.written():
        ledger.pop(key, None)
        if value is not None:
            ledger[key] = value
    reader = Reader()
    reader.take(ledger.items())
    restored = reader.restored(load_law(), Options(), rules=state.rules)
    return Partition(restored, sources=["alarms"])


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
    assert state.apply(0, record(T0_US, event("raise", T0_US)), T0_US).notifications == []
    assert state.apply(1, record(T0_US + HOUR_US - 1), T0_US).notifications == []
    detected_at_us = T0_US + HOUR_US + 250_000
    (said,) = state.apply(2, record(T0_US + HOUR_US), detected_at_us).notifications
    assert (said.crossed_at_us, said.detected_at_us) == (T0_US + HOUR_US, detected_at_us)
    assert said.input_complete


def test_the_items_of_a_record_come_before_its_tick() -> None:
    """A clear in the same record prevents what the tick alone would have raised."""
    state = partition()
    state.apply(0, record(T0_US, event("raise", T0_US)), T0_US)
    cleared = event("clear", T0_US + 59 * MINUTE_US)
    assert state.apply(1, record(T0_US + 61 * MINUTE_US, cleared), T0_US).notifications == []


def test_reading_the_same_records_again_says_the_same() -> None:
    """What is published follows from the records alone, also across a restart at any of them."""
    records = [
        record(T0_US, event("raise", T0_US)),
        record(T0_US + 61 * MINUTE_US),
        record(T0_US + 62 * MINUTE_US, event("clear", T0_US + 30 * MINUTE_US)),
    ]
    plain, restarted, ledger = partition(), partition(), dict[bytes, bytes]()
    for offset, one in enumerate(records):
        said = plain.apply(offset, one, T0_US).notifications
        assert said == restarted.apply(offset, one, T0_US).notifications
        assert [n.type for n in said] == [[], ["required"], ["withdrawn"]][offset]
        restarted = reread(restarted, ledger)
        assert restarted.next_offset == offset + 1


def test_without_input_the_clock_goes_on_and_says_so() -> None:
    """A stall tick lets time pass; the event says that input was missing, until it is back."""
    state = partition()
    state.apply(0, record(T0_US, event("raise", T0_US)), T0_US)
    stalled = InputRecord(VERSION, (), Tick(stalled_us=T0_US + HOUR_US))
    (said,) = state.apply(1, stalled, T0_US).notifications
    assert not said.input_complete
    assert not notification_fields(said)["input_complete"]

    effect = event("change", T0_US + MINUTE_US, effects=(("interconnection", "ix-1"),))
    (late,) = state.apply(2, record(T0_US + 2 * MINUTE_US, effect), T0_US).notifications
    assert not late.input_complete
    state.apply(3, record(T0_US + 2 * HOUR_US), T0_US)
    effect = event("change", T0_US + 2 * HOUR_US, effects=(("interconnection", "ix-2"),))
    (then,) = state.apply(4, record(T0_US + 2 * HOUR_US, effect), T0_US).notifications
    assert then.input_complete


def test_other_rules_are_compared_with_what_was_published() -> None:
    """After a change of the merge gap what no longer holds is withdrawn, with the next record."""
    state, ledger = partition(), dict[bytes, bytes]()
    state.apply(0, record(T0_US, event("raise", T0_US)), T0_US)
    first, last = T0_US + 10 * MINUTE_US, T0_US + 65 * MINUTE_US
    state.apply(1, record(first, event("clear", first)), T0_US)
    (said,) = state.apply(2, record(last, event("raise", last)), T0_US).notifications
    assert said.crossed_at_us == last
    reread(state, ledger)

    reader, options = Reader(), Options(merge_gap_us=5 * MINUTE_US)
    reader.take(ledger.items())
    rules = rules_of(load_law(), options)
    restored = reader.restored(load_law(), options, rules=rules)
    changed = Partition(restored, sources=["alarms"])
    assert changed.rules_changed
    (gone,) = changed.apply(3, record(last), T0_US).notifications
    assert (gone.crossing_id, gone.revision, gone.type) == (said.crossing_id, 1, "withdrawn")


def test_an_item_on_which_the_program_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says which item it was; left out, the rest of the record is used."""
    monkeypatch.setattr(Domain, "place", _fails_on("2", Domain.place))
    one, two = event("raise", T0_US), event("raise", T0_US, alarm_id="2")
    both = record(T0_US, one, two)
    state = partition()
    with pytest.raises(FaultError) as raised:
        state.apply(7, both, T0_US)
    assert (raised.value.offset, raised.value.item) == (7, 1)
    assert raised.value.outage_key == "BE/agg-1"

    state = partition()
    state.leave_out = {(7, 1): raised.value.error}
    state.apply(7, both, T0_US)
    assert [left.item.event.alarm_id for left in state.left_out] == ["2"]
    assert state.apply(8, record(T0_US + HOUR_US), T0_US).notifications


def test_a_key_on_which_the_program_fails_is_left_alone() -> None:
    """Its items are set aside from then on, also after a restart; other keys go on."""
    state, ledger = partition(), dict[bytes, bytes]()
    state.apply(0, record(T0_US, event("raise", T0_US)), T0_US)
    state.mark_faulty("BE/agg-1", RuntimeError("a bug"))
    state = reread(state, ledger)
    other = event("raise", T0_US, outage_key="BE/agg-2")
    said = state.apply(
        1, record(T0_US + HOUR_US, event("change", T0_US), other), T0_US
    ).notifications
    assert [n.outage_key for n in said] == ["BE/agg-2"]
    assert [str(left.error) for left in state.left_out] == ["RuntimeError('a bug')"]


def _fails_on(alarm_id: str, place: Any) -> Any:
    def fail(domain: Domain, one: Event, clock: int) -> None:
        if one.alarm_id == alarm_id:
            message = "a bug"
            raise RuntimeError(message)
        place(domain, one, clock)

    return fail
