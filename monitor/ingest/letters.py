"""Dead letters written to their topic: many in one batch, durable once they are awaited.

A dead letter is the record as it was: its bytes, its key, its time stamp, its headers, and headers
of ours. A record of the topic may come twice after a crash; then its coordinates are the same.
"""

import asyncio
from typing import Final

import structlog
from aiokafka import AIOKafkaProducer, ConsumerRecord
from aiokafka.errors import (
    InvalidTimestampError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
)
from aiokafka.partitioner import murmur2
from aiokafka.producer.message_accumulator import BatchBuilder

from monitor.clock import timestamp_ms
from monitor.core.written import time_text
from monitor.ingest.letter import CUT, PREFIX, DeadLetter, Headers
from monitor.topics import Topic

Letter = tuple[ConsumerRecord, DeadLetter]
#: The dead letters of one poll, by partition of their topic, ready to be sent.
Packed = dict[int, list[BatchBuilder]]

#: A record of more bytes is cut: the topic could not take it, and all would wait for it for ever.
_MAX_BYTES: Final = 4_000_000
#: Kafka refuses time stamps more than an hour ahead, and removes those older than the retention.
_AHEAD_US: Final = 30 * 60 * 1_000_000
#: So many are packed before others have their turn.
_SLICE: Final = 200
_log = structlog.get_logger(__name__)


class LettersRefusedError(RuntimeError):
    """Raised when the broker does not take the dead letters, and never will."""


class Letters:
    """Writes dead letters."""

    def __init__(self, producer: AIOKafkaProducer, topic: Topic) -> None:
        """Take a started producer."""
        self._producer = producer
        self._topic = topic
        self._partitions = 1

    async def open(self) -> None:
        """Ask how many partitions there are; before the first dead letter is packed."""
        self._partitions = len(await self._producer.partitions_for(self._topic.name))

    async def pack(self, letters: list[Letter], now_us: int) -> Packed:
        """Return batches of dead letters; those of one key keep their order."""
        packed: Packed = {}
        now = time_text(now_us).encode()
        for start in range(0, len(letters), _SLICE):
            for record, letter in letters[start : start + _SLICE]:
                target = self._target(record.key, record.partition)
                stamp_ms = self._stamp_ms(record.timestamp, now_us)
                added = (stamp_ms, *_fitting(record, letter.headers(record, now)))
                batches = packed.setdefault(target, [])
                if not batches or not _append(batches[-1], *added):
                    batches.append(self._producer.create_batch())
                    _append(batches[-1], *added)
            await asyncio.sleep(0)
        return packed

    async def send(self, packed: Packed) -> None:
        """Send what was packed, and wait until the broker has it."""
        try:
            await asyncio.gather(*(self._send(target, packed[target]) for target in packed))
        except (
            InvalidTimestampError,
            MessageSizeTooLargeError,
            RecordListTooLargeError,
        ) as error:
            name = self._topic.name
            message = (
                f"{name} does not take dead letters ({type(error).__name__}); compare its settings "
                "with `outage-monitor topics check`: max.message.bytes, message.timestamp.*"
            )
            raise LettersRefusedError(message) from error

    async def _send(self, target: int, batches: list[BatchBuilder]) -> None:
        name = self._topic.name
        sent = [await self._producer.send_batch(batch, name, partition=target) for batch in batches]
        await asyncio.gather(*sent)

    def _target(self, key: bytes | None, partition: int) -> int:
        if self._partitions == 1:
            return 0
        number = partition if key is None else int(murmur2(key) & 0x7FFFFFFF)
        return number % self._partitions

    def _stamp_ms(self, stamp_ms: int, now_us: int) -> int:
        """Return the time stamp of the record, or now if the broker would not keep it with that."""
        age_us = now_us - stamp_ms * 1000
        kept_us = self._topic.retention_us
        soon_removed = kept_us is not None and age_us >= kept_us // 2
        if stamp_ms < 0 or age_us < -_AHEAD_US or soon_removed:
            return timestamp_ms(now_us)
        return stamp_ms


def _append(
    batch: BatchBuilder, stamp_ms: int, key: bytes | None, value: bytes | None, headers: Headers
) -> bool:
    """Add to a batch; an empty one takes whatever comes."""
    added = batch.append(timestamp=stamp_ms, key=key, value=value, headers=headers)
    return added is not None


def _fitting(
    record: ConsumerRecord, headers: Headers
) -> tuple[bytes | None, bytes | None, Headers]:
    """Return key, value and headers as they are, or cut to what the topic can take."""
    key, value = record.key, record.value
    size = len(key or b"") + len(value or b"")
    if size + sum(len(n.encode()) + len(v or b"") + 8 for n, v in record.headers) <= _MAX_BYTES:
        return key, value, headers
    _log.error(
        "a dead letter is too large and was cut",
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        bytes=size,
    )
    ours = [(name, v) for name, v in headers if name.startswith(PREFIX)]
    third = _MAX_BYTES // 3
    return key and key[:third], value and value[:third], [*ours, (CUT, b"%d" % size)]
