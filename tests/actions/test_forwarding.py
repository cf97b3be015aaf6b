"""Records of actions become items of the partition in which their outage is counted."""

from typing import Any

import pytest
from aiokafka import ConsumerRecord, TopicPartition

from monitor.actions.message import core_action
from monitor.formats.reject import Reason
from monitor.ingest import actions
from monitor.ingest.actions import ReadActions, read_actions
from monitor.ingest.envelope import seal_actions, target_partition, unseal

from .samples import value

SOURCE = TopicPartition("obligation.actions.v1", 0)
NOW_US = 1_773_480_000_000_000
SKEW_US = 300_000_000


def record(data: bytes | None, offset: int = 0, stamp_us: int = NOW_US) -> Any:
    """Return a record whose key says nothing."""
    stamp_ms = stamp_us // 1000
    return ConsumerRecord(SOURCE.topic, 0, offset, stamp_ms, 0, b"key", data, None, 3, 0, ())


def read(*records: Any, partitions: int = 8) -> ReadActions:
    """Read one poll."""
    return read_actions(
        {SOURCE: list(records)}, partitions, now_us=NOW_US, max_clock_skew_us=SKEW_US
    )


def test_an_action_goes_where_its_outage_is_counted() -> None:
    """By the outage key, in the order in which they came; the record of inputs says them again."""
    keys = [f"BE/agg-{number % 5}" for number in range(20)]
    values = [value(outage_id=f"{key}@2026-03-14T08:00:00Z") for key in keys]
    found = read(*(record(data, offset) for offset, data in enumerate(values)))
    assert found.letters == []
    by_target = {target: [i.offset for i in items] for target, items in found.items.items()}
    for offset, key in enumerate(keys):
        assert offset in by_target[target_partition(key, 8)]
    assert all(offsets == sorted(offsets) for offsets in by_target.values())
    for items in found.items.values():
        written = unseal(seal_actions(items))
        assert list(written.actions) == items
        assert (written.items, written.tick.sources, written.tick.stalled_us) == ((), (), None)


def test_what_speaks_of_the_future_is_set_aside() -> None:
    """By more than the skew after its arrival; a time stamp ahead of the clock is no arrival."""
    at = "2026-03-14T09:25:00Z"
    late_us = 1_773_480_300_000_000
    for data, stamp_us, fine in (
        (value(at=at, done_at=None), late_us - SKEW_US, True),
        (value(at=at, done_at=None), late_us - SKEW_US - 1_000_000, False),
        (value(done_at="2026-03-14T10:25:00.000001+01:00"), NOW_US, False),
        (value(done_at="2026-03-14T12:00:00Z"), NOW_US + 4 * 3_600_000_000, False),
    ):
        found = read(record(data, stamp_us=stamp_us))
        assert (len(found.letters), bool(found.items)) == (not fine, fine)
        assert fine or found.letters[0][1].reason == Reason.AHEAD_OF_ARRIVAL


def test_our_own_mistake_concerns_one_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is set aside with what failed, and the others are used."""

    def fails(message: Any) -> Any:
        if message.action_id == "bad":
            raise ZeroDivisionError
        return core_action(message)

    monkeypatch.setattr(actions, "core_action", fails)
    found = read(record(value(action_id="bad")), record(value(), 1), record(None, 2))
    assert [letter.reason for _, letter in found.letters] == [Reason.INTERNAL_ERROR, Reason.EMPTY]
    assert [item.offset for items in found.items.values() for item in items] == [1]
