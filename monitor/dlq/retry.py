"""Dead letters written back to where they came from: once more through the front door.

Bytes, key, headers and partition are the same. The time stamp is that of the retry: the record
arrives now, and whether its event lies ahead is judged by that. Two headers say of which dead
letter it is a retry and how many there were; they come back with it if it fails again.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final

from aiokafka import AIOKafkaProducer
from msgspec import Struct, field

from monitor.clock import Clock, timestamp_ms
from monitor.dlq.letter import Letter
from monitor.ingest.letter import RETRIES, RETRY_OF

_TOGETHER: Final = 500


class Choice(Struct):
    """Which dead letters are to be retried, found in one reading of all of them."""

    #: the topic they must have come from
    topic: str
    wanted: Callable[[Letter], bool]
    #: id to why not
    refused: dict[str, str] = field(default_factory=dict)
    _chosen: dict[str, None] = field(default_factory=dict)
    _sources: set[tuple[int, int]] = field(default_factory=set)

    @property
    def ids(self) -> list[str]:
        """The ids of those that will be retried."""
        return list(self._chosen)

    def look_at(self, letter: Letter) -> None:
        """Take a letter if it is wanted; the same record is taken once, and only as it is now.

        One that was retried and failed again stands further on as another letter.
        """
        if letter.retry_of in self._chosen:
            del self._chosen[letter.retry_of]
        if not self.wanted(letter):
            return
        if (why_not := self._obstacle(letter)) is not None:
            self.refused[letter.id] = why_not
            return
        if letter.source is not None and letter.source not in self._sources:
            self._sources.add(letter.source)
            self._chosen[letter.id] = None

    def _obstacle(self, letter: Letter) -> str | None:
        if letter.topic != self.topic:
            return f"it came from {letter.topic}, and only what came from {self.topic} goes back"
        if letter.source is None:
            return "its headers do not say where it came from"
        if letter.is_cut:
            return "its bytes are not whole, they were too many for the topic"
        if letter.value is None:
            return "it has no value, and would be set aside again"
        return None


async def retry(
    producer: AIOKafkaProducer,
    found: AsyncIterator[Letter],
    chosen: set[str],
    topic: str,
    clock: Clock,
) -> int:
    """Write the chosen letters back; return how many, when the broker has all of them."""
    partitions: set[int] = await producer.partitions_for(topic)
    waiting: list[asyncio.Future[object]] = []
    count = 0
    async for letter in found:
        if letter.id in chosen:
            waiting.append(await _send(producer, letter, topic, partitions, clock))
            count += 1
        if len(waiting) >= _TOGETHER:
            await asyncio.gather(*waiting)
            waiting = []
    await asyncio.gather(*waiting)
    return count


async def _send(
    producer: AIOKafkaProducer, letter: Letter, topic: str, partitions: set[int], clock: Clock
) -> asyncio.Future[object]:
    said = [(RETRY_OF, letter.id.encode()), (RETRIES, b"%d" % (letter.retries + 1))]
    partition = letter.source[0] if letter.source is not None else -1
    sent: asyncio.Future[object] = await producer.send(
        topic,
        letter.value,
        key=letter.key,
        partition=partition if partition in partitions else None,
        headers=[*letter.foreign_headers, *said],
        timestamp_ms=timestamp_ms(clock.now_us()),
    )
    return sent
