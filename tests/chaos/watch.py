"""Follows the ledger from outside: how far every partition has been applied."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from monitor.broker.access import Broker
from monitor.broker.clients import consumer_of
from monitor.core.moment import time_of
from monitor.ledger.records import PROGRESS, Progress, key_of, read
from monitor.topics import Topic

_PROGRESS_KEY: Final = key_of(PROGRESS)


class Watch:
    """The progress of each partition, as last written."""

    def __init__(self, broker: Broker, ledger: Topic) -> None:
        """Take where the ledger is."""
        self._broker = broker
        self._ledger = ledger
        self.progress: dict[int, Progress] = {}
        #: the lines on how far it was, now and then
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Follow until cancelled, whatever befalls the brokers."""
        while True:
            try:
                await self._follow()
            except (KafkaError, OSError):
                await asyncio.sleep(0.5)

    async def _follow(self) -> None:
        async with consumer_of(self._broker) as consumer:
            sources = [TopicPartition(self._ledger.name, n) for n in range(self._ledger.partitions)]
            consumer.assign(sources)
            while True:
                batch = await consumer.getmany(timeout_ms=500)
                for source, records in batch.items():
                    for record in records:
                        if record.key == _PROGRESS_KEY and record.value is not None:
                            self.progress[source.partition] = read(Progress, record.value)
                self._changed.set()

    @property
    def clock_us(self) -> int:
        """Return the time of the partition that is furthest behind; 0 while one is unheard of."""
        if len(self.progress) < self._ledger.partitions:
            return 0
        return min(time_of(progress.clock) for progress in self.progress.values())

    @property
    def stalled(self) -> bool:
        """Whether any partition goes on without input."""
        return any(progress.stalled for progress in self.progress.values())

    async def until_at(self, time_us: int, timeout_s: float) -> float | None:
        """Wait until all input before a time was applied; return how long, None if it was not."""
        return await self._until(lambda: self.clock_us >= time_us and not self.stalled, timeout_s)

    async def until_told(self, timeout_s: float) -> float | None:
        """Wait until the statuses were written of all that was applied when this was asked."""
        asked = {number: progress.next_offset for number, progress in self.progress.items()}
        return await self._until(
            lambda: all(self.progress[n].told_offset >= offset for n, offset in asked.items()),
            timeout_s,
        )

    async def _until(self, reached: Callable[[], bool], timeout_s: float) -> float | None:
        began_s = time.monotonic()
        while not reached():
            if time.monotonic() - began_s > timeout_s:
                return None
            self._changed.clear()
            try:
                async with asyncio.timeout(1):
                    await self._changed.wait()
            except TimeoutError:
                continue
        return time.monotonic() - began_s
