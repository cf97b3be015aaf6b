"""Source partitions share ingest."""

import asyncio

from aiokafka import AIOKafkaProducer

from .ingesting import alarm, prepared, worker
from .running import OpenBroker, ago

BACKLOG = 15_000


async def fill(producer: AIOKafkaProducer, topic: str, value: bytes) -> None:
    """Write a backlog into partition 0."""
    batch, written = producer.create_batch(), 0
    while written < BACKLOG:
        if batch.append(timestamp=None, key=None, value=value) is None:
            await (await producer.send_batch(batch, topic, partition=0))
            batch = producer.create_batch()
        else:
            written += 1
    await (await producer.send_batch(batch, topic, partition=0))


def test_a_busy_partition_keeps_nobody_waiting(open_apache: OpenBroker) -> None:
    """An alarm on a quiet partition is forwarded long before the backlog of another is done."""

    async def run() -> list[tuple[int, int]]:
        async with prepared(open_apache) as product:
            await product.send_inventory({"element": "olt-1", "country": "BE"}, "olt-1")
            when = ago(minutes=1)
            await fill(product.producer, product.topics.alarms.name, alarm(when))
            await product.send(when, 1, 1)
            async with worker(product):
                await product.until(lambda: len(product.coordinates) == BACKLOG + 1)
            return [(i.partition, i.offset) for r in product.records for i in r.items]

    assert asyncio.run(run()).index((1, 0)) < BACKLOG * 2 // 3
