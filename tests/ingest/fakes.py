"""A consumer and a producer that do what the test says, and remember what they were asked."""

import asyncio
from typing import Any

from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.structs import RecordMetadata

from .records import TOPIC

SOURCE = TopicPartition(TOPIC, 0)


class Consumer:
    """Hands out the polls it is given, of one partition."""

    def __init__(self, log: list[str]) -> None:
        """Take the log of what happens."""
        self.polls: asyncio.Queue[list[ConsumerRecord]] = asyncio.Queue()
        self.next_offset = 0
        self._log = log

    def subscribe(self, _topics: list[str], *, listener: object) -> None:
        """Nothing to do: the partition is ours."""

    def assignment(self) -> set[TopicPartition]:
        """Return our only partition."""
        return {SOURCE}

    def partitions_for_topic(self, _topic: str) -> set[int]:
        """Return the only partition."""
        return {0}

    async def position(self, _source: TopicPartition) -> int:
        """Return the next offset."""
        return self.next_offset

    async def getmany(self, *, timeout_ms: int, max_records: int) -> dict[Any, Any]:
        """Return the next poll, or nothing when the time is over."""
        try:
            async with asyncio.timeout(timeout_ms / 1000):
                records = await self.polls.get()
        except TimeoutError:
            return {}
        self._log.append(f"polled {records[-1].offset}")
        self.next_offset = records[-1].offset + 1
        assert len(records) <= max_records
        return {SOURCE: records}

    async def commit(self, offsets: dict[TopicPartition, int]) -> None:
        """Remember what was committed."""
        self._log.append(f"committed {offsets[SOURCE]}")

    def pause(self, *_sources: TopicPartition) -> None:
        """Nothing to do."""

    def resume(self, *_sources: TopicPartition) -> None:
        """Nothing to do."""


class Producer:
    """Acknowledges what it is given when the test lets it."""

    def __init__(self, log: list[str]) -> None:
        """Take the log of what happens."""
        self.acknowledges = asyncio.Event()
        self.acknowledges.set()
        self.failure: Exception | None = None
        self.sent: list[bytes] = []
        self.letters: list[BatchBuilder] = []
        self._log = log

    async def send_and_wait(self, topic: str, value: bytes, **_record: object) -> RecordMetadata:
        """Take a record of `outage-inputs`."""
        await self._acknowledged()
        self.sent.append(value)
        return RecordMetadata(topic, 0, SOURCE, 0, 0, 0, 0)

    def create_batch(self) -> BatchBuilder:
        """Return an empty batch."""
        return BatchBuilder(256 * 1024, 0)

    async def send_batch(
        self, batch: BatchBuilder, _topic: str, *, partition: int
    ) -> asyncio.Future[None]:
        """Take dead letters."""
        assert partition == 0
        self.letters.append(batch)
        return asyncio.ensure_future(self._acknowledged())

    async def partitions_for(self, _topic: str) -> set[int]:
        """Return the only partition."""
        return {0}

    async def _acknowledged(self) -> None:
        await self.acknowledges.wait()
        if self.failure is not None:
            raise self.failure
