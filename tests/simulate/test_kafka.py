"""A stream into a broker."""

import asyncio
import json
from typing import Any

from aiokafka import AIOKafkaConsumer

from monitor.broker.embedded import FETCH_MAX_WAIT_MS, EmbeddedBroker, embedded_broker
from monitor.simulate.kafka import Destination, Pace, send
from monitor.simulate.network import inventory

from .lines import START_US, stream

HERE = Destination("alarms", "inventory")


async def records(broker: EmbeddedBroker, topic: str, count: int) -> list[tuple[str, Any]]:
    """Return so many records of a topic, as key and value."""
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=broker.bootstrap,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=FETCH_MAX_WAIT_MS,
    )
    async with consumer, asyncio.timeout(15):
        found = [await consumer.getone() for _ in range(count)]
    return [(record.key.decode(), json.loads(record.value)) for record in found]


def test_inventory_and_alarms_arrive() -> None:
    """All records of the inventory and all events arrive, those of one alarm in their order."""
    events = stream("emergency")

    async def run() -> None:
        async with embedded_broker() as broker:
            pace = Pace(start_us=START_US, rate=100_000)
            count = await send(broker.bootstrap, HERE, inventory(1), events, pace)
            assert count == len(events)
            known = await records(broker, HERE.inventory, len(inventory(1)))
            assert sorted(key for key, _ in known) == sorted(r["element"] for r in inventory(1))
            by_alarm: dict[str, list[Any]] = {}
            for key, value in await records(broker, HERE.alarms, count):
                by_alarm.setdefault(key, []).append(value)
        for key, got in by_alarm.items():
            assert got == [e for e in events if f"{e['source']}/{e['alarm_id']}" == key]
        assert sum(map(len, by_alarm.values())) == count

    asyncio.run(run())


def test_speed_is_kept() -> None:
    """An hour of events at 3,600 times the speed takes a second, backdated ones no time."""
    events = stream("demo", alarms=0)

    async def run() -> float:
        loop = asyncio.get_running_loop()
        async with embedded_broker() as broker:
            pace = Pace(start_us=START_US, speed=3600)
            began_s = loop.time()
            await send(broker.bootstrap, HERE, inventory(1)[:1], events, pace)
            return loop.time() - began_s

    assert 0.8 < asyncio.run(run()) < 6


def test_pace() -> None:
    """A rate counts events, a speed the time between them; what is past is due at once."""
    assert Pace(start_us=0, rate=50).due_s(100, 10**12) == 2
    assert Pace(start_us=1_000_000, speed=60).due_s(100, 61_000_000) == 1
    assert Pace(start_us=1_000_000).due_s(100, 1_000_000) == 0
