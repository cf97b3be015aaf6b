"""Reading the topic of dead letters: all that is there now, or one record."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition

from monitor.broker.access import Broker, Offsets
from monitor.broker.clients import consumer_of
from monitor.broker.existing import partition_counts
from monitor.dlq.letter import Letter, Place, letter_of

_POLL_MS: Final = 500
#: So many polls without a record: the rest is hidden behind a transaction that nobody ends.
_PATIENCE: Final = 20
#: How long the cluster may take to answer.
_ANSWER_S: Final = 15.0
#: Is told how many offsets were read, of how many.
Progress = Callable[[int, int], None]


class NoSuchLetterError(LookupError):
    """Raised when there is no dead letter with that partition and offset."""


async def letters(broker: Broker, topic: str, progress: Progress) -> AsyncGenerator[Letter]:
    """Yield every dead letter that is there by now, partition by partition in their order."""
    await partition_counts(broker, [topic])
    async with consumer_of(broker, topic) as consumer, broker.asking() as end_offsets:
        sources = sorted(consumer.assignment())
        begins = await consumer.beginning_offsets(sources)
        ends = await end_offsets(begins)
        total, silent = sum(ends[s] - begins[s] for s in sources), 0
        while (left := await _left(consumer, ends)) and silent < _PATIENCE:
            progress(total - left, total)
            batch = await consumer.getmany(timeout_ms=_POLL_MS)
            silent = 0 if batch else silent + 1
            for source, records in batch.items():
                for record in records:
                    if record.offset < ends[source]:
                        yield letter_of(record)
        progress(total, total)


async def one_letter(broker: Broker, topic: str, place: Place) -> Letter:
    """Return one dead letter; raise NoSuchLetterError if there is none."""
    await partition_counts(broker, [topic])
    async with consumer_of(broker, topic) as consumer, broker.asking() as end_offsets:
        source = TopicPartition(topic, place[0])
        begins = await consumer.beginning_offsets(list(consumer.assignment()))
        if source not in begins:
            message = f"{topic} has no partition {place[0]}"
            raise NoSuchLetterError(message)
        begin, end = begins[source], (await end_offsets(begins))[source]
        if begin <= place[1] < end:
            consumer.seek(source, place[1])
            async with asyncio.timeout(_ANSWER_S):
                record = await consumer.getone(source)
            if record.offset == place[1]:
                return letter_of(record)
        message = f"there is no dead letter {place[0]}/{place[1]}: {topic}/{place[0]} "
        message += f"has the offsets {begin} to {end - 1}" if end > begin else "is empty"
        raise NoSuchLetterError(message)


async def _left(consumer: AIOKafkaConsumer, ends: Offsets) -> int:
    """Return how many offsets are still to be read."""
    positions = {source: await consumer.position(source) for source in ends}
    return sum(max(0, end - positions[source]) for source, end in ends.items())
