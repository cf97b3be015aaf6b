"""The ingest loop: poll, read, envelope, send, await, commit; and ticks in between.

Whatever fails or takes too long ends the loop with its exception, and the process with it: nothing
is committed that was not acknowledged, so the next worker reads it again.
"""

import asyncio
import time
from collections.abc import Awaitable, Iterable
from typing import Final, TypeVar

import structlog
from aiokafka import (
    AIOKafkaConsumer,
    AIOKafkaProducer,
    ConsumerRebalanceListener,
    ConsumerRecord,
    TopicPartition,
)
from aiokafka.errors import CommitFailedError, IllegalStateError

from monitor.broker.access import EndOffsets
from monitor.clock import Clock, timestamp_ms
from monitor.core.event import Event
from monitor.ingest.envelope import Item, Packed, Tick, pack, seal
from monitor.ingest.evidence import Evidence
from monitor.ingest.read import DeadLetter, Reader
from monitor.topics import Topics

TICK_S: Final = 0.25
#: How long the broker may take to answer anything.
ANSWER_S: Final = 30.0
MAX_POLL: Final = 2000

_log = structlog.get_logger(__name__)
T = TypeVar("T")
Batch = dict[TopicPartition, list[ConsumerRecord]]


class Ingest(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """Forwards alarms from the source topics into `outage-inputs`."""

    def __init__(
        self,
        *,
        consumer: AIOKafkaConsumer,
        producer: AIOKafkaProducer,
        end_offsets: EndOffsets,
        reader: Reader,
        topics: Topics,
        clock: Clock,
    ) -> None:
        """Take started clients; the consumer is in a group and does not commit by itself."""
        self._consumer = consumer
        self._producer = producer
        self._end_offsets = end_offsets
        self._reader = reader
        self._topics = topics
        self._clock = clock
        self._evidence = Evidence()
        self._paused: set[TopicPartition] = set()
        self._next_tick_s = 0.0
        self.alarms = 0
        self.dead_letters = 0

    async def run(self) -> None:
        """Forward until cancelled."""
        self._consumer.subscribe([self._topics.alarms.name], listener=self)
        while True:
            wait_s = max(0.0, self._next_tick_s - time.monotonic())
            batch = await self._consumer.getmany(
                timeout_ms=int(wait_s * 1000), max_records=MAX_POLL
            )
            if batch:
                await self._forward(batch)
            if time.monotonic() >= self._next_tick_s:
                self._next_tick_s = time.monotonic() + TICK_S
                await self._confirm()
                await self._tick()
                self._hold_back()

    # -- rebalancing

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Say nothing more about partitions that another worker may read from now on."""
        for source in revoked:
            self._evidence.revoked(source)
            self._paused.discard(source)

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Note which partitions are ours; how far they were forwarded is asked for later."""
        _log.info("source partitions assigned", partitions=[f"{t}/{p}" for t, p in assigned])

    # -- alarms

    async def _forward(self, batch: Batch) -> None:
        """Send what one poll brought, await it, commit."""
        items: list[Item] = []
        letters: list[tuple[ConsumerRecord, DeadLetter]] = []
        before = self._evidence.tick(self._sources())
        for source, records in batch.items():
            if source not in self._evidence:
                self._evidence.assigned(source, records[0].offset)
            used = self._read(records, items, letters)
            next_offset = records[-1].offset + 1
            self._evidence.forwarded(source, next_offset, used, self._clock.now_us())
        await self._send_letters(letters)
        await self._send(items, before, self._evidence.tick(self._sources()))
        self.alarms += len(items)
        self.dead_letters += len(letters)
        await self._commit({source: rs[-1].offset + 1 for source, rs in batch.items()})

    def _read(
        self,
        records: list[ConsumerRecord],
        items: list[Item],
        letters: list[tuple[ConsumerRecord, DeadLetter]],
    ) -> list[tuple[int, int]]:
        """Read records into items and dead letters; return (time stamp, event time) of each."""
        used = []
        for record in records:
            event, letter = self._reader.read(record)
            if letter is not None:
                letters.append((record, letter))
            if event is not None:
                items.append(_item(record, event))
                used.append((record.timestamp * 1000, event.time_us))
        return used

    async def _send(self, items: list[Item], before: Tick, after: Tick) -> None:
        """Send envelopes, of each target partition one at a time.

        Only the last one says what is true when all of them have arrived.
        """
        envelopes = pack(items, self._topics.inputs.partitions)
        while envelopes:
            sent = [
                self._put(target, waiting[0], after if len(waiting) == 1 else before)
                for target, waiting in envelopes.items()
            ]
            await _answered(asyncio.gather(*sent))
            envelopes = {t: waiting[1:] for t, waiting in envelopes.items() if len(waiting) > 1}

    async def _put(self, target: int, envelope: Packed, tick: Tick) -> None:
        await self._producer.send_and_wait(
            self._topics.inputs.name,
            seal(envelope, tick),
            partition=target,
            timestamp_ms=timestamp_ms(self._clock.now_us()),
        )

    async def _send_letters(self, letters: list[tuple[ConsumerRecord, DeadLetter]]) -> None:
        """Send dead letters: the bytes untouched, with headers that say whence and why."""
        sent = []
        for record, letter in letters:
            _log.warning(
                "alarm not fully used",
                reason=letter.reason,
                detail=letter.detail,
                topic=record.topic,
                partition=record.partition,
                offset=record.offset,
            )
            sent.append(
                self._producer.send_and_wait(
                    self._topics.alarms_dlq.name,
                    record.value,
                    key=record.key,
                    headers=letter.headers(record),
                    timestamp_ms=timestamp_ms(self._clock.now_us()),
                )
            )
        await _answered(asyncio.gather(*sent))

    async def _commit(self, offsets: dict[TopicPartition, int]) -> None:
        """Commit; if the partitions were given away meanwhile, their new owner reads again."""
        ours = {source: offset for source, offset in offsets.items() if source in self._evidence}
        try:
            await _answered(self._consumer.commit(ours))
        except (CommitFailedError, IllegalStateError) as error:
            _log.info("commit refused, the partitions moved on", error=str(error))

    # -- ticks

    def _sources(self) -> tuple[tuple[str, int], ...]:
        """Return the source topics with as many partitions as they have now."""
        name = self._topics.alarms.name
        return ((name, len(self._consumer.partitions_for_topic(name) or ())),)

    async def _confirm(self) -> None:
        """Take the time, ask where each partition ends, and note which were read to their end."""
        for source in self._consumer.assignment():
            try:
                position = await _answered(self._consumer.position(source))
            except IllegalStateError:  # given away since
                continue
            if source not in self._evidence:
                self._evidence.assigned(source, position)
            # A position can move past what no reader sees, for example the ends of transactions.
            self._evidence.forwarded(source, position, (), 0)
        asked_us = self._clock.now_us()
        ends = await _answered(self._end_offsets(self._evidence.read_to))
        for source, end_offset in ends.items():
            self._evidence.confirmed(source, end_offset, asked_us)

    async def _tick(self) -> None:
        """Write what is confirmed into every partition of `outage-inputs`."""
        tick = self._evidence.tick(self._sources())
        targets = range(self._topics.inputs.partitions)
        await _answered(asyncio.gather(*(self._put(target, [], tick) for target in targets)))

    def _hold_back(self) -> None:
        """Pause sources that run ahead of the slowest, until it has followed."""
        ahead = self._evidence.too_far_ahead() & self._consumer.assignment()
        self._consumer.pause(*(ahead - self._paused))
        self._consumer.resume(*((self._paused - ahead) & self._consumer.assignment()))
        self._paused = ahead


def _item(record: ConsumerRecord, event: Event) -> Item:
    return Item(record.topic, record.partition, record.offset, event)


async def _answered(answer: Awaitable[T]) -> T:
    """Await the broker, but not for ever."""
    async with asyncio.timeout(ANSWER_S):
        return await answer
