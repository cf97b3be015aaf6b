"""Write a hostile input to a topic at speed, and remember what must come of each record."""

import asyncio
from collections.abc import Iterator
from hashlib import blake2b
from random import Random
from typing import Final
from zlib import crc32

from aiokafka import AIOKafkaProducer
from msgspec import Struct, field

from .bad import Bad, bad
from .good import Good

_DIGEST: Final = 12
_GOOD: Final = b"\0" * _DIGEST
_YIELD: Final = 500


class Fate(Struct):
    """What was written to one partition: of each record, by its offset, what must come of it."""

    #: of a bad record the digest of its bytes, key and time stamp; of a good one nothing
    digests: bytearray = field(default_factory=bytearray)
    reasons: list[str | None] = field(default_factory=list)

    def digest(self, offset: int) -> bytes:
        """Return the digest of what was written at an offset."""
        return bytes(self.digests[offset * _DIGEST : (offset + 1) * _DIGEST])


#: what must come of a good alarm
USED: Final = "used"


class _Record(Struct):
    value: bytes | None
    key: bytes | None
    timestamp_ms: int
    reason: str | None


def digest_of(value: bytes | None, key: bytes | None, timestamp_ms: int) -> bytes:
    """Return what tells records apart, and no value from an empty one."""
    parts = repr((value, key, timestamp_ms)).encode()
    return blake2b(parts, digest_size=_DIGEST).digest()


def records(
    good: Good, share_bad: float, seed: int, partitions: int
) -> Iterator[tuple[int, _Record]]:
    """Yield (partition, record): all good alarms in their order, bad records among them."""
    rng = Random(seed)
    for alarm in good.alarms():
        while rng.random() < share_bad:
            one: Bad = bad(rng, alarm.time_us)
            stamp_ms = alarm.time_us // 1000 + rng.randrange(60_000)
            yield rng.randrange(partitions), _Record(one.value, one.key, stamp_ms, one.reason)
        record = _Record(alarm.line, alarm.key, alarm.time_us // 1000, USED)
        yield crc32(alarm.key) % partitions, record


class Feeder:
    """Writes records to a topic in large batches; each partition keeps their order."""

    def __init__(self, producer: AIOKafkaProducer, topic: str, partitions: int) -> None:
        self.fates = [Fate() for _ in range(partitions)]
        self._producer, self._topic = producer, topic
        self._batches = [producer.create_batch() for _ in range(partitions)]

    @property
    def written(self) -> int:
        """Return how many records were written."""
        return sum(len(fate.reasons) for fate in self.fates)

    async def feed(self, wanted: Iterator[tuple[int, _Record]]) -> None:
        """Write them all, and wait until the broker has them."""
        for count, (partition, record) in enumerate(wanted, 1):
            while not self._append(partition, record):
                await self._send(partition)
            if count % _YIELD == 0:
                await asyncio.sleep(0)
        for partition, batch in enumerate(self._batches):
            if batch.record_count():
                await self._send(partition)

    def _append(self, partition: int, record: _Record) -> bool:
        batch, fate = self._batches[partition], self.fates[partition]
        stamp_ms = record.timestamp_ms
        if batch.append(timestamp=stamp_ms, key=record.key, value=record.value) is None:
            return False
        good = record.reason == USED
        fate.digests += _GOOD if good else digest_of(record.value, record.key, stamp_ms)
        fate.reasons.append(record.reason)
        return True

    async def _send(self, partition: int) -> None:
        batch, self._batches[partition] = self._batches[partition], self._producer.create_batch()
        await (await self._producer.send_batch(batch, self._topic, partition=partition))
