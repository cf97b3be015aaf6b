"""Commits of what has arrived: now and then, beside the work, and before partitions go.

After a crash what was not committed is read again; the core knows a repeat when it sees one. So a
commit need not be waited for, but one that gets no answer for long ends the process.
"""

import asyncio
from collections.abc import Mapping
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError

from monitor.ingest.answered import answered

COMMIT_S: Final = 1.0
_log = structlog.get_logger(__name__)


class Commits:
    """Commits the offsets of a consumer, at most one commit at a time."""

    def __init__(self, consumer: AIOKafkaConsumer, every_s: float = COMMIT_S) -> None:
        """Take a consumer that does not commit by itself."""
        self._consumer = consumer
        self._every_s = every_s
        self._next_s = 0.0
        self._arrived: dict[TopicPartition, int] = {}
        self._committing: asyncio.Task[None] | None = None

    def arrived(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Note the next offset of partitions of which all before it has arrived."""
        self._arrived |= offsets

    def begin_if_due(self, now_s: float) -> None:
        """Begin a commit if it is time for one; raise what the last one failed with."""
        if self._committing is not None:
            if not self._committing.done():
                return
            self._committing.result()
            self._committing = None
        if self._arrived and now_s >= self._next_s:
            self._next_s = now_s + self._every_s
            self._committing = asyncio.create_task(self._commit())

    async def settle(self) -> None:
        """Commit all that has arrived by now."""
        if self._committing is not None:
            await asyncio.wait({self._committing})
        await self._commit()

    async def close(self) -> None:
        """Wait for nothing more."""
        if self._committing is not None:
            self._committing.cancel()
            await asyncio.gather(self._committing, return_exceptions=True)

    async def _commit(self) -> None:
        """Commit; if the partitions were given away meanwhile, their new owner reads again."""
        arrived, self._arrived = self._arrived, {}
        ours = self._consumer.assignment()
        offsets = {source: offset for source, offset in arrived.items() if source in ours}
        if not offsets:
            return
        try:
            await answered(self._consumer.commit(offsets))
        except (CommitFailedError, IllegalStateError) as error:
            _log.info("commit refused, the partitions moved on", error=str(error))
