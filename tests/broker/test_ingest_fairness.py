"""Source partitions share ingest."""

import asyncio

from .ingesting import prepared, worker
from .running import OpenBroker, ago


def test_a_busy_partition_keeps_nobody_waiting(open_broker: OpenBroker) -> None:
    """An alarm on a quiet partition is forwarded long before the backlog of another is done."""

    async def run() -> list[tuple[int, int]]:
        async with prepared(open_broker) as product:
            await product.send_inventory({"element": "olt-1", "country": "BE"}, "olt-1")
            when = ago(minutes=1)
            busy = [product.send(when, number, 0) for number in range(20_000)]
            await asyncio.gather(*busy)
            await product.send(when, 99_999, 1)
            async with worker(product):
                await product.until(lambda: len(product.coordinates) == 20_001)
            return [(i.partition, i.offset) for r in product.records for i in r.items]

    assert asyncio.run(run()).index((1, 0)) < 12_000
