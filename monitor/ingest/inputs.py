"""Writing `outage-inputs`: envelopes with what is true when they have arrived, and ticks."""

import asyncio
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.structs import RecordMetadata

from monitor.clock import Clock, timestamp_ms
from monitor.ingest.answered import answered
from monitor.ingest.envelope import Packed, Tick, seal
from monitor.topics import Topic

_NOTHING: Final[Packed] = []


class Inputs:
    """Writes the records of `outage-inputs`, and returns when the broker has them."""

    def __init__(self, producer: AIOKafkaProducer, topic: Topic, clock: Clock) -> None:
        """Take a started producer."""
        self._producer = producer
        self._topic = topic
        self._clock = clock

    async def send(self, envelopes: dict[int, list[Packed]], before: Tick, after: Tick) -> None:
        """Send envelopes, of each target partition one at a time.

        Only the last one says what is true when all of them have arrived.
        """
        while envelopes:
            sent = [
                self._put(target, waiting[0], after if len(waiting) == 1 else before)
                for target, waiting in envelopes.items()
            ]
            await answered(asyncio.gather(*sent))
            envelopes = {t: waiting[1:] for t, waiting in envelopes.items() if len(waiting) > 1}

    async def tick(self, tick: Tick) -> list[RecordMetadata]:
        """Write a tick into every partition; return what the broker answered."""
        targets = range(self._topic.partitions)
        sent = asyncio.gather(*(self._put(target, _NOTHING, tick) for target in targets))
        return await answered(sent)

    async def _put(self, target: int, envelope: Packed, tick: Tick) -> RecordMetadata:
        return await self._producer.send_and_wait(
            self._topic.name,
            seal(envelope, tick),
            partition=target,
            timestamp_ms=timestamp_ms(self._clock.now_us()),
        )
