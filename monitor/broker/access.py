"""How a broker is reached, and what can be asked of it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from aiokafka import AIOKafkaConsumer, TopicPartition

Offsets = Mapping[TopicPartition, int]
#: Asks the broker, now, where partitions end; an answer remembered from before will not do.
#: It is told how far each was read.
EndOffsets = Callable[[Offsets], Awaitable[Offsets]]


class Broker(Protocol):
    """A broker as the program sees it."""

    @property
    def bootstrap(self) -> str:
        """Return `host:port,...`."""

    @property
    def idempotent(self) -> bool:
        """Return whether it takes idempotent producers."""

    @property
    def wakes_fetches(self) -> bool:
        """Return whether a waiting fetch is answered as soon as a record arrives."""

    def asking(self) -> AbstractAsyncContextManager[EndOffsets]:
        """Connect for questions about end offsets."""


class Kafka:
    """Apache Kafka, or whatever behaves like it."""

    idempotent = True
    wakes_fetches = True

    def __init__(self, bootstrap: str) -> None:
        """Take `host:port,...`."""
        self.bootstrap = bootstrap

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[EndOffsets]:
        """Connect for questions about end offsets."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap)

        async def end_offsets(read_to: Offsets) -> Offsets:
            ends: Offsets = await consumer.end_offsets(list(read_to))
            return ends

        await consumer.start()
        try:
            yield end_offsets
        finally:
            await consumer.stop()
