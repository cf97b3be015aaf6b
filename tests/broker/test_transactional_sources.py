"""Alarms written in transactions: time is said truly while one is open, and after it."""

import asyncio
from contextlib import aclosing

from aiokafka import AIOKafkaProducer

from monitor.broker.clients import producer_of
from monitor.clock import WallClock
from monitor.ingest.envelope import unseal

from .running import OpenBroker, Running, ago, running

ALARM = b'{"source":"oss","alarm_id":"1","action":"raise","event_time":"%s","element":"olt-1"}'
INVENTORY = {"element": "olt-1", "country": "BE", "group": "ANR/agg-1", "serves": []}


async def send(producer: AIOKafkaProducer, product: Running, partition: int) -> None:
    """Send an alarm of long ago, so that only reading to the end can bring time to today."""
    value = ALARM % ago(hours=3).encode()
    await producer.send_and_wait(product.topics.alarms.name, value, partition=partition)


async def confirmed_us(product: Running, *, later_us: int, other: int) -> dict[int, int]:
    """Return what the first tick confirms that confirms a partition up to a later time."""
    async with asyncio.timeout(20), aclosing(product.records(product.topics.inputs.name)) as ticks:
        async for record in ticks:
            said = {partition: up_to for _, partition, up_to in unseal(record.value).tick.confirmed}
            if said.get(other, 0) > later_us:
                return said
    message = "a topic has no end"
    raise AssertionError(message)


def test_the_end_of_a_transaction_holds_nothing_back(open_apache: OpenBroker) -> None:
    """A partition that ends with the mark of a transaction is read to its end, kept or not."""

    async def run() -> None:
        async with running(open_apache, [INVENTORY]) as product:
            name = f"{product.settings.app_id}-source"
            async with producer_of(product.broker, name) as writer:
                async with writer.transaction():
                    await send(writer, product, 0)
                await writer.begin_transaction()
                await send(writer, product, 1)
                await writer.abort_transaction()
            ended_us = WallClock().now_us()
            for partition in (0, 1):
                await confirmed_us(product, later_us=ended_us, other=partition)

    asyncio.run(run())


def test_an_open_transaction_holds_time(open_apache: OpenBroker) -> None:
    """What waits behind it has arrived and is not forwarded: no tick may say otherwise."""

    async def run() -> None:
        async with running(open_apache, [INVENTORY]) as product:
            name = f"{product.settings.app_id}-source"
            async with producer_of(product.broker, name) as writer:
                await writer.begin_transaction()
                await send(writer, product, 0)
                await send(product.producer, product, 0)
                arrived_us = WallClock().now_us()
                said = await confirmed_us(product, later_us=arrived_us + 1_000_000, other=1)
                assert said.get(0, 0) <= arrived_us
                await writer.commit_transaction()
            await confirmed_us(product, later_us=arrived_us + 1_000_000, other=0)

    asyncio.run(run())
