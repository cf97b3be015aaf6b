"""The topics read from their beginning, without a group, and the broker asked how things are."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from monitor.board.pulse import Pulse
from monitor.board.state import State
from monitor.broker.access import Broker, EndOffsets
from monitor.broker.clients import admin_of, consumer_of
from monitor.ingest.envelope import NewerError, Tick, unseal
from monitor.readiness import Readiness
from monitor.topics import Topics

TOPICS: Final = "topics"
READ: Final = "read"
_POLL_MS: Final = 200
#: So many records are taken at once; then viewers have their turn.
_MANY: Final = 500
_ASK_AGAIN_S: Final = 2.0
_ANSWER_S: Final = 8.0
_PULSE_S: Final = 1.0
_TICKS: Final = 40
_log = structlog.get_logger(__name__)


class Reader:
    """Feeds the state from the topics."""

    def __init__(self, broker: Broker, topics: Topics, state: State, readiness: Readiness) -> None:
        """Name what must be there before the board is ready."""
        self._broker = broker
        self._topics = topics
        self._readiness = readiness
        self._take: dict[str, Callable[[ConsumerRecord], None]] = {
            topics.status.name: lambda r: state.take_status(_key(r), r.value),
            topics.notifications.name: lambda r: state.take_notification(r.value or b""),
            topics.actions.name: lambda r: state.take_action(r.value or b""),
            topics.obligations.name: lambda r: state.take_obligation(_key(r), r.value),
        }
        #: read to where the topics ended when the board began
        self.caught_up = False
        self.beat_s = time.monotonic()
        readiness.waits(TOPICS, "the broker has not yet said which topics there are")
        readiness.waits(READ, "the topics have not been read to their end")

    async def run(self) -> None:
        """Read until cancelled."""
        await self._topics_there()
        async with consumer_of(self._broker, *self._take) as consumer:
            ends = await self._ends(consumer)
            while True:
                self._records(await consumer.getmany(timeout_ms=_POLL_MS, max_records=_MANY))
                self.beat_s = time.monotonic()
                if not self.caught_up and await _reached(consumer, ends):
                    self.caught_up = True
                    self._readiness.met(READ)
                await asyncio.sleep(0)

    async def _topics_there(self) -> None:
        """Wait until the topics are there: a worker that starts makes them."""
        while True:
            self.beat_s = time.monotonic()
            async with asyncio.timeout(_ANSWER_S), admin_of(self._broker) as admin:
                missing = sorted(self._take.keys() - set(await admin.list_topics()))
            if not missing:
                self._readiness.met(TOPICS)
                return
            reason = f"missing: {', '.join(missing)}; `outage-monitor topics apply` makes them"
            self._readiness.waits(TOPICS, reason)
            _log.warning("topics are missing", topics=missing)
            await asyncio.sleep(_ASK_AGAIN_S)

    async def _ends(self, consumer: AIOKafkaConsumer) -> dict[TopicPartition, int]:
        sources = [
            TopicPartition(topic, partition)
            for topic in self._take
            for partition in consumer.partitions_for_topic(topic) or ()
        ]
        async with asyncio.timeout(_ANSWER_S), self._broker.asking() as end_offsets:
            return dict(await end_offsets(dict.fromkeys(sources, 0)))

    def _records(self, batch: dict[TopicPartition, list[ConsumerRecord]]) -> None:
        for source, records in batch.items():
            take = self._take[source.topic]
            for record in records:
                take(record)


async def _reached(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> bool:
    for source, end in ends.items():
        if source not in consumer.assignment() or await consumer.position(source) < end:
            return False
    return True


def _key(record: ConsumerRecord) -> str:
    return (record.key or b"").decode(errors="replace")


class Looker:
    """Asks the broker every second up to when the input is confirmed, and how far it is counted."""

    def __init__(self, broker: Broker, topics: Topics, app_id: str, pulse: Pulse) -> None:
        """Look at the workers of an application."""
        self._broker = broker
        partitions = range(topics.inputs.partitions)
        self._sources = [TopicPartition(topics.inputs.name, number) for number in partitions]
        self._group = f"{app_id}-decide"
        self._pulse = pulse
        self._complained: set[str] = set()

    async def run(self) -> None:
        """Look until cancelled; a broker that is away is asked again."""
        while True:
            try:
                await self._look()
            except (KafkaError, OSError, TimeoutError) as error:
                self._complain("the broker does not answer", error)
            await asyncio.sleep(_ASK_AGAIN_S)

    async def _look(self) -> None:
        async with AsyncExitStack() as stack:
            end_offsets = await stack.enter_async_context(self._broker.asking())
            consumer = await stack.enter_async_context(consumer_of(self._broker))
            admin = await stack.enter_async_context(admin_of(self._broker))
            while True:
                async with asyncio.timeout(_ANSWER_S):
                    await self._once(end_offsets, consumer, admin)
                await asyncio.sleep(_PULSE_S)

    async def _once(
        self, end_offsets: EndOffsets, consumer: AIOKafkaConsumer, admin: AIOKafkaAdminClient
    ) -> None:
        ends = await end_offsets(dict.fromkeys(self._sources, 0))
        self._pulse.answered(time.monotonic())
        first = self._sources[0]
        ticks = await _ticks(consumer, first, ends[first])
        self._pulse.ticks(ticks, ends[first], time.monotonic())
        try:
            committed = await admin.list_consumer_group_offsets(
                self._group, partitions=self._sources
            )
        except KafkaError as error:
            self._complain("it cannot be told how far the counting is", error)
            return
        self._pulse.counted(
            ends, {source: told.offset for source, told in committed.items()}, time.monotonic()
        )

    def _complain(self, what: str, error: Exception) -> None:
        """Say it once: a line every second would hide all others."""
        if what not in self._complained:
            self._complained.add(what)
            _log.warning(what, error=repr(error))


async def _ticks(consumer: AIOKafkaConsumer, source: TopicPartition, end: int) -> list[Tick]:
    """Return the newest ticks of a partition."""
    consumer.assign([source])
    begin = (await consumer.beginning_offsets([source]))[source]
    if end <= begin:
        return []
    consumer.seek(source, max(begin, end - _TICKS))
    batch = await consumer.getmany(source, timeout_ms=_POLL_MS * 5, max_records=_TICKS)
    ticks = []
    for record in batch.get(source, ()):
        try:
            ticks.append(unseal(record.value or b"").tick)
        except (ValueError, NewerError):
            continue
    return ticks
