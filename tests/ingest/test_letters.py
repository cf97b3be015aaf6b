"""Dead letters: the record as it was, with headers that say whence and why."""

import asyncio
from itertools import count
from typing import Any

import pytest
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record import MemoryRecords

from monitor.formats.reject import Reason
from monitor.ingest.letter import DeadLetter, letter_of
from monitor.ingest.letters import Letter, Letters
from monitor.topics import load_topics

from .records import NOW_US, record

REFUSED = DeadLetter(Reason.NOT_JSON, "not JSON: really")
DLQ = load_topics("x").alarms_dlq
DAY_MS = 86_400_000
HALF_KEPT_MS = (DLQ.retention_us or 0) // 2000


class Producer:
    """Makes batches as aiokafka's producer does."""

    def __init__(self, partitions: int = 1) -> None:
        """Take how many partitions each topic has."""
        self._partitions = partitions

    def create_batch(self) -> BatchBuilder:
        """Return an empty batch."""
        return BatchBuilder(256 * 1024, 0)

    async def partitions_for(self, _topic: str) -> set[int]:
        """Return the partitions of a topic."""
        return set(range(self._partitions))


def packed(*letters: Letter, partitions: int = 1) -> dict[int, list[Any]]:
    """Return the records that would be written, by partition."""

    async def run() -> dict[int, list[BatchBuilder]]:
        made = Letters(Producer(partitions), DLQ)
        await made.open()
        return await made.pack(list(letters), NOW_US)

    return {
        target: [written for batch in batches for written in _records(batch)]
        for target, batches in asyncio.run(run()).items()
    }


def _records(batch: BatchBuilder) -> list[Any]:
    found = MemoryRecords(bytes(batch._build())).next_batch()
    assert found is not None
    return list(found)


@pytest.mark.parametrize(
    ("key", "value"), [(b"k", b"\xff\x00"), (None, b""), (b"", None), (None, None)]
)
def test_bytes_key_and_time_stamp_are_those_of_the_record(
    key: bytes | None, value: bytes | None
) -> None:
    """Nothing is changed, and no value or key stays none."""
    (written,) = packed((record(value, key=key, stamp_ms=NOW_US // 1000 - 7), REFUSED))[0]
    assert (written.key, written.value) == (key, value)
    assert written.timestamp == NOW_US // 1000 - 7


def test_headers_say_whence_and_why() -> None:
    """Every header of the outside is there, beside those that the record had."""
    source = record(b"x", partition=3, offset=17, headers=(("trace", b"\xfe"), ("none", None)))
    (written,) = packed((source, REFUSED))[0]
    assert written.headers == [
        ("trace", b"\xfe"),
        ("none", None),
        ("dlq_reason", b"not_json"),
        ("dlq_error", b"Reject"),
        ("dlq_detail", b"not JSON: really"),
        ("dlq_topic", b"alarms"),
        ("dlq_partition", b"3"),
        ("dlq_offset", b"17"),
        ("dlq_timestamp", b"%d" % (NOW_US // 1000)),
        ("dlq_time", b"2026-05-28T20:26:40Z"),
    ]


def test_a_sender_cannot_forge_our_headers() -> None:
    """Headers with our prefix are ours; only the count of retries is passed on."""
    forged = (("dlq_topic", b"other"), ("dlq_x", b"x"), ("dlq_retries", b"2"))
    (written,) = packed((record(b"x", headers=forged), REFUSED))[0]
    names = [name for name, _ in written.headers]
    assert names.count("dlq_topic") == 1
    assert "dlq_x" not in names
    assert ("dlq_retries", b"2") in written.headers


@pytest.mark.parametrize("stamp_ms", [-1, NOW_US // 1000 - HALF_KEPT_MS, NOW_US // 1000 + DAY_MS])
def test_a_stamp_that_the_broker_would_not_keep_becomes_now(stamp_ms: int) -> None:
    """Too old, and the letter would be removed at once; too new, and it would be refused."""
    assert HALF_KEPT_MS > DAY_MS
    (written,) = packed((record(b"x", stamp_ms=stamp_ms), REFUSED))[0]
    assert written.timestamp == NOW_US // 1000
    assert ("dlq_timestamp", b"%d" % stamp_ms) in written.headers


def test_many_letters_travel_in_few_batches() -> None:
    """All are written once and in order, whatever their sizes."""
    numbers = count()
    sizes = [10, 300_000, 10, 10, 200_000, 100_000, *([600] * 1000)]
    letters = [(record(b"x" * size, offset=next(numbers)), REFUSED) for size in sizes]
    written = packed(*letters)[0]
    assert [len(w.value) for w in written] == sizes
    assert [dict(w.headers)["dlq_offset"] for w in written] == [
        b"%d" % n for n in range(len(sizes))
    ]


def test_a_record_too_large_for_the_topic_is_cut() -> None:
    """It says so and says how long it was; else nothing could be set aside any more."""
    (written,) = packed((record(b"x" * 9_000_000, key=b"k", headers=(("h", b"v"),)), REFUSED))[0]
    assert 1_000_000 < len(written.value) < 2_000_000
    assert ("dlq_cut", b"9000001") in written.headers
    assert written.key == b"k"


def test_one_key_keeps_to_one_partition() -> None:
    """So its letters stay in order where the topic has several partitions."""
    letters = [(record(b"x", key=b"%d" % (n % 5)), REFUSED) for n in range(50)]
    by_partition = packed(*letters, partitions=3)
    places = {w.key: target for target, written in by_partition.items() for w in written}
    assert len(places) == 5
    assert sum(map(len, by_partition.values())) == 50
    assert all(places[w.key] == t for t, written in by_partition.items() for w in written)


def test_a_detail_is_short_and_can_always_be_written() -> None:
    """Not even half a character of a foreign text stops a dead letter."""
    letter = letter_of(ValueError("\ud800" * 5000))
    headers = dict(letter.headers(record(b"x"), b"now"))
    assert len(headers["dlq_detail"] or b"") <= 6000
    assert headers["dlq_error"] == b"ValueError"
