"""The outputs as they stand now, read without a group, and followed for an answer."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final, TypeVar

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from msgspec import DecodeError

from monitor.actions.answer import Answer, Expected
from monitor.actions.known import Known, read_duty, read_outage
from monitor.broker.access import Broker, EndOffsets, Offsets
from monitor.broker.clients import consumer_of
from monitor.broker.existing import partition_counts
from monitor.dlq.letter import letter_of
from monitor.topics import Topics

_POLL_MS: Final = 200
_MANY: Final = 2000
#: How long nothing may come while there is more: the rest is hidden behind an open transaction.
_SILENCE_S: Final = 10.0
_ANSWER_S: Final = 15.0
_T = TypeVar("_T")
#: Is told how many offsets were read, of how many.
Progress = Callable[[int, int], None]


class Outputs:
    """Follows `obligation.status.v1`, `outage.status.v1`, and the dead letters of actions."""

    def __init__(self, consumer: AIOKafkaConsumer, end_offsets: EndOffsets, topics: Topics) -> None:
        """Take a started consumer."""
        self._consumer = consumer
        self._end_offsets = end_offsets
        self._topics = topics
        self.known = Known()
        #: the last value of each obligation, as it was published
        self.values: dict[str, bytes] = {}
        #: whether all was read that was there
        self.complete = True

    async def read(self, progress: Progress) -> None:
        """Read the statuses from their beginning to their end, and be at that of dead letters."""
        sources = sorted(self._consumer.assignment())
        async with asyncio.timeout(_ANSWER_S):
            begins = await self._consumer.beginning_offsets(sources)
            ends = await self._end_offsets(begins)
        letters = [s for s in sources if s.topic == self._topics.actions_dlq.name]
        for source in letters:
            self._consumer.seek(source, ends[source])
        await self._read_to({s: ends[s] for s in sources if s not in letters}, begins, progress)

    async def answer(
        self, expected: Expected, written: TopicPartition, offset: int, patience_s: float
    ) -> Answer | None:
        """Return what becomes of an action that was written there; None: nothing so far."""
        try:
            async with asyncio.timeout(patience_s):
                while True:
                    async for record in self._poll():
                        if (answer := self._look(record, expected, written, offset)) is not None:
                            return answer
        except TimeoutError:
            return None

    async def _read_to(self, ends: Offsets, begins: Offsets, progress: Progress) -> None:
        now_s = asyncio.get_running_loop().time
        total, heard_s = sum(ends[s] - begins[s] for s in ends), now_s()
        while left := [max(0, end - await self._consumer.position(s)) for s, end in ends.items()]:
            progress(total - sum(left), total)
            if not any(left):
                return
            async for record in self._poll():
                self._take(record)
                heard_s = now_s()
            if now_s() - heard_s > _SILENCE_S:
                self.complete = False
                return

    async def _poll(self) -> AsyncIterator[ConsumerRecord]:
        batch = await self._consumer.getmany(timeout_ms=_POLL_MS, max_records=_MANY)
        for records in batch.values():
            for record in records:
                yield record

    def _take(self, record: ConsumerRecord) -> None:
        """Take a record of one of the tables; one that is not ours to read is passed over."""
        key = (record.key or b"").decode(errors="replace")
        known = self.known
        try:
            if record.topic == self._topics.status.name:
                _put(
                    known.outages, key, None if record.value is None else read_outage(record.value)
                )
            elif record.topic == self._topics.obligations.name:
                _put(known.duties, key, None if record.value is None else read_duty(record.value))
                _put(self.values, key, record.value)
        except DecodeError:
            return

    def _look(
        self, record: ConsumerRecord, expected: Expected, written: TopicPartition, offset: int
    ) -> Answer | None:
        """Take a record; return the answer if it is one."""
        if record.topic == self._topics.actions_dlq.name:
            letter = letter_of(record)
            ours = letter.topic == written.topic and letter.source == (written.partition, offset)
            return Answer(letter.said("dlq_detail") or letter.reason) if ours else None
        self._take(record)
        key = (record.key or b"").decode(errors="replace")
        duty, outage = self.known.duties.get(key), self.known.outages.get(key)
        if record.topic == self._topics.obligations.name:
            return None if duty is None else expected.by_duty(duty)
        return None if outage is None else expected.by_outage(outage)


def _put(known: dict[str, _T], key: str, value: _T | None) -> None:
    if value is None:
        known.pop(key, None)
    else:
        known[key] = value


@asynccontextmanager
async def outputs_of(broker: Broker, topics: Topics) -> AsyncIterator[Outputs]:
    """Connect; raises NoSuchTopicError where the topics are not there."""
    names = (topics.obligations.name, topics.status.name, topics.actions_dlq.name)
    await partition_counts(broker, [*names, topics.actions.name])
    consumer = consumer_of(broker, *names)
    async with consumer, broker.asking() as end_offsets:
        yield Outputs(consumer, end_offsets, topics)
