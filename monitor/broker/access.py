"""How a broker is reached, and what can be asked of it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

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
    def transactional(self) -> bool:
        """Return whether it takes transactional producers, and fences an old one by a new one."""

    @property
    def wakes_fetches(self) -> bool:
        """Return whether a waiting fetch is answered as soon as a record arrives."""

    @property
    def client_options(self) -> dict[str, Any]:
        """Return what every client of aiokafka must be given: the address, and who asks."""

    def asking(self) -> AbstractAsyncContextManager[EndOffsets]:
        """Connect for questions about end offsets."""


class Kafka:
    """Apache Kafka, or whatever behaves like it."""

    idempotent = True
    transactional = True
    wakes_fetches = True

    def __init__(self, bootstrap: str, security: Mapping[str, Any] | None = None) -> None:
        """Take `host:port,...`, and what aiokafka's clients must be told to be let in."""
        self.bootstrap = bootstrap
        self.client_options: dict[str, Any] = {"bootstrap_servers": bootstrap, **(security or {})}

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[EndOffsets]:
        """Connect for questions about end offsets.

        The answer counts what readers cannot see yet: behind a transaction that is still open
        there may be records that arrived long ago, and nobody has read to the end before them.
        """
        consumer = AIOKafkaConsumer(**self.client_options, isolation_level="read_uncommitted")

        async def end_offsets(read_to: Offsets) -> Offsets:
            ends: Offsets = await consumer.end_offsets(list(read_to)) if read_to else {}
            return ends

        await consumer.start()
        try:
            yield end_offsets
        finally:
            await consumer.stop()
