"""Reading a record: an event, or a dead letter that says why not; never an exception."""

import asyncio

import msgspec
import pytest

from monitor.formats.alarm import NativeAlarm
from monitor.formats.native import read_alarm
from monitor.formats.reject import Reason, Reject
from monitor.ingest.letter import DeadLetter
from monitor.ingest.poll import Poll, read_poll
from monitor.ingest.read import Reader

from .records import NOW_US, alarm, record

SKEW_US = 300_000_000
HOUR_US = 3_600_000_000


def reader(read: object = read_alarm) -> Reader:
    """Return a reader without an inventory."""
    return Reader(read, {}, correlate="group", max_clock_skew_us=SKEW_US)  # type: ignore[arg-type]


def refused(value: bytes | None, arrived_us: int = NOW_US) -> DeadLetter:
    """Return the dead letter of a record that gives no event."""
    event, letter = reader().read(record(value), arrived_us)
    assert event is None
    assert letter is not None
    return letter


def test_a_record_without_a_value_is_set_aside() -> None:
    """A deletion is no alarm; it is told from an empty text."""
    assert refused(None).reason == Reason.EMPTY
    assert refused(b"").reason == Reason.NOT_JSON


def test_a_part_that_is_left_out_is_told_beside_the_event() -> None:
    """An odd entry makes a dead letter, and the rest is used."""
    odd = [{"service": "smoke_signals", "area": "a", "end_users": 1}]
    event, letter = reader().read(record(alarm(impact=odd)), NOW_US)
    assert event is not None
    assert event.impact == ()
    assert letter is not None
    assert letter.reason == Reason.PARTLY_USED


@pytest.mark.parametrize(("ahead_us", "used"), [(SKEW_US, True), (SKEW_US + 1, False)])
def test_an_event_ahead_of_its_arrival_is_set_aside(ahead_us: int, *, used: bool) -> None:
    """Five minutes ahead are allowed, and not a microsecond more."""
    event, letter = reader().read(record(alarm()), NOW_US - ahead_us)
    assert (event is not None) == used
    assert letter is None or letter.reason == Reason.AHEAD_OF_ARRIVAL


def test_a_record_on_which_our_code_fails_is_set_aside() -> None:
    """The dead letter names the class of the error and where it was raised."""

    def failing(_value: bytes) -> tuple[NativeAlarm | None, Reject | None]:
        message = "no such case"
        raise KeyError(message)

    event, letter = reader(failing).read(record(alarm()), NOW_US)
    assert event is None
    assert letter is not None
    assert (letter.reason, letter.error) == (Reason.INTERNAL_ERROR, "KeyError")
    assert "no such case" in letter.detail
    assert "test_read.py" in letter.detail


def test_a_process_without_memory_blames_no_record() -> None:
    """Good alarms must not end up as dead letters because there is no memory left."""

    def failing(_value: bytes) -> tuple[NativeAlarm | None, Reject | None]:
        raise MemoryError

    with pytest.raises(MemoryError):
        reader(failing).read(record(alarm()), NOW_US)


async def polled(*records: object, by: Reader | None = None) -> Poll:
    """Read the records of one poll of one partition."""
    return await read_poll({("alarms", 0): list(records)}, by or reader(), 4, NOW_US)


async def _part(stamp_ms: int, event_time: str) -> int | None:
    poll = await polled(record(alarm(event_time=event_time), stamp_ms=stamp_ms))
    (part,) = poll.parts.values()
    return part.up_to_us


@pytest.mark.parametrize(
    ("stamp_ms", "event_time", "up_to_us"),
    [
        (NOW_US // 1000, "2026-05-28T19:26:40Z", NOW_US - HOUR_US),
        ((NOW_US - HOUR_US) // 1000, "2026-05-28T19:26:41Z", NOW_US - HOUR_US),
        (-1, "2026-05-28T20:26:41Z", NOW_US),
        (NOW_US // 1000 + 10**9, "2026-05-28T20:26:41Z", NOW_US),
    ],
)
def test_time_moves_by_the_smaller_of_arrival_and_event(
    stamp_ms: int, event_time: str, up_to_us: int
) -> None:
    """A time stamp that is missing or lies ahead counts as arrived now."""
    assert asyncio.run(_part(stamp_ms, event_time)) == up_to_us


def test_a_stamp_ahead_of_now_excuses_no_event_ahead_of_it() -> None:
    """A sender whose clock is wrong stamps both; neither has arrived in the future."""
    far = record(alarm(event_time="2026-06-28T20:26:40Z"), stamp_ms=NOW_US // 1000 + 10**10)
    poll = asyncio.run(polled(far))
    assert [letter.reason for _, letter in poll.letters] == [Reason.AHEAD_OF_ARRIVAL]


def test_the_rest_of_a_poll_is_used() -> None:
    """One record on which the code fails costs that record, and no other."""

    def failing(value: bytes) -> tuple[NativeAlarm | None, Reject | None]:
        if b'"666"' in value:
            raise RuntimeError
        return read_alarm(value)

    records = [record(alarm(n), offset=n) for n in (664, 665, 666, 667)]
    poll = asyncio.run(polled(*records, by=reader(failing)))
    assert poll.alarms == 3
    assert [(r.offset, letter.error) for r, letter in poll.letters] == [(666, "RuntimeError")]
    (part,) = poll.parts.values()
    assert (part.first_offset, part.next_offset) == (664, 668)


def test_an_item_that_cannot_be_written_is_set_aside() -> None:
    """The others of its envelope are written."""

    def unwritable(value: bytes) -> tuple[NativeAlarm | None, Reject | None]:
        alarm_, reject = read_alarm(value)
        if alarm_ is not None and alarm_.alarm_id == "2":
            return msgspec.structs.replace(alarm_, element="\ud800"), reject
        return alarm_, reject

    records = [record(alarm(n), offset=n) for n in (1, 2, 3)]
    poll = asyncio.run(polled(*records, by=reader(unwritable)))
    assert poll.alarms == 2
    assert [(r.offset, letter.error) for r, letter in poll.letters] == [(2, "UnicodeEncodeError")]
