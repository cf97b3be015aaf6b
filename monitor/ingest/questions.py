"""Asking where the source partitions end, without waiting for those that do not answer.

A partition may have no leader for minutes. Then it is asked apart from the others: time stands
still for it, which is true, and the alarms of the others go on.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import IllegalStateError

from monitor.broker.access import EndOffsets, Offsets
from monitor.clock import Clock
from monitor.ingest.evidence import Evidence

#: How long all may take to answer together; who is asked apart is reminded so often.
_PATIENCE_S: Final = 2.0
_REMIND_EVERY_S: Final = 30.0
_log = structlog.get_logger(__name__)


class Questions:
    """Asks the broker for the ends of our source partitions, and notes the answers as evidence."""

    def __init__(self, end_offsets: EndOffsets, evidence: Evidence, clock: Clock) -> None:
        """Take what asks the broker, and where the answers are noted."""
        self._end_offsets = end_offsets
        self.evidence = evidence
        self._clock = clock
        self._apart: dict[TopicPartition, asyncio.Task[None]] = {}

    async def ask(self) -> None:
        """Ask all that answered last time, at once; soon they are asked apart if some do not."""
        self._clear_answered()
        read_to = {s: o for s, o in self.evidence.read_to.items() if s not in self._apart}
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await self._ask(read_to)
        except TimeoutError:
            for source in read_to:
                self._apart[source] = asyncio.create_task(self._ask_until_answered(source))

    async def close(self) -> None:
        """Ask no more."""
        for task in self._apart.values():
            task.cancel()
        await asyncio.gather(*self._apart.values(), return_exceptions=True)

    async def _ask(self, read_to: Offsets) -> None:
        asked_us = self._clock.now_us()
        at_least = {source: self.evidence.at_least(source) for source in read_to}
        for source, end_offset in (await self._end_offsets(read_to)).items():
            self.evidence.confirmed(source, end_offset, asked_us, at_least[source])

    async def _ask_until_answered(self, source: TopicPartition) -> None:
        while source in self.evidence:
            try:
                async with asyncio.timeout(_REMIND_EVERY_S):
                    await self._ask({source: self.evidence.read_to[source]})
            except TimeoutError:
                where = f"{source.topic}/{source.partition}"
                _log.warning("a source partition does not answer, time waits", partition=where)
            else:
                return

    def _clear_answered(self) -> None:
        for source, task in list(self._apart.items()):
            if task.done():
                del self._apart[source]
                task.result()  # whatever else went wrong ends the process


@asynccontextmanager
async def questions_to(
    end_offsets: EndOffsets, evidence: Evidence, clock: Clock
) -> AsyncIterator[Questions]:
    """Ask until left."""
    questions = Questions(end_offsets, evidence, clock)
    try:
        yield questions
    finally:
        await questions.close()


async def position_now(consumer: AIOKafkaConsumer, source: TopicPartition) -> int | None:
    """Return the next offset to be handed out; None if it is not known now, or not ours to ask."""
    try:
        async with asyncio.timeout(0):
            position: int = await consumer.position(source)
    except (TimeoutError, IllegalStateError):
        return None
    return position
