"""Records of a topic, read once and by nobody's leave: no group, no commit."""

import asyncio
from collections.abc import Callable
from typing import Final

from aiokafka import AIOKafkaConsumer, ConsumerRecord

from monitor.broker.access import Broker
from monitor.broker.clients import consumer_of

#: The last records of a partition may be marks of transactions, which nobody sees.
_LAST: Final = 10
_POLL_MS: Final = 200
_NEWEST_S: Final = 5.0


async def newest_us(broker: Broker, topic: str) -> int | None:
    """Return the latest time stamp among the last records of each partition; None: no records."""
    stamps_us = [0]

    def take(record: ConsumerRecord) -> None:
        stamps_us.append(record.timestamp * 1000)

    await read_to_end(broker, topic, take, last=_LAST, within_s=_NEWEST_S)
    return max(stamps_us) or None


async def read_to_end(
    broker: Broker,
    topic: str,
    take: Callable[[ConsumerRecord], None],
    *,
    last: int | None = None,
    within_s: float,
) -> bool:
    """Read what is there now, or the last few of each partition; False if there was more to read.

    The topic must exist.
    """
    consumer = consumer_of(broker, topic)
    async with consumer:
        try:
            async with asyncio.timeout(within_s):
                await _read(broker, consumer, take, last)
        except TimeoutError:
            return False
    return True


async def _read(
    broker: Broker,
    consumer: AIOKafkaConsumer,
    take: Callable[[ConsumerRecord], None],
    last: int | None,
) -> None:
    begins = await consumer.beginning_offsets(list(consumer.assignment()))
    async with broker.asking() as end_offsets:
        ends = await end_offsets(begins)
    if last is not None:
        for partition, begin in begins.items():
            consumer.seek(partition, max(begin, ends[partition] - last))
    while any([await consumer.position(p) < ends[p] for p in ends]):
        for records in (await consumer.getmany(timeout_ms=_POLL_MS)).values():
            for record in records:
                take(record)
            # A long answer must not keep others from their turn.
            await asyncio.sleep(0)
