"""A stream into Kafka: the inventory first, then the alarms at a rate or a speed-up."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from aiokafka import AIOKafkaProducer
from msgspec import Struct

from monitor.formats.instant import time_us

#: Sends that wait for their acknowledgement together; a broker that is gone is noticed after these.
_IN_FLIGHT = 500
#: A pause shorter than this is not worth a turn of the loop.
_SHORTEST_PAUSE_S = 0.002


class Destination(Struct, frozen=True):
    """The topics that a stream goes to."""

    alarms: str
    inventory: str


class Pace(Struct, frozen=True, kw_only=True):
    """How fast events go: so many a second, or so many times as fast as they happened."""

    #: what happened by then is sent without waiting
    start_us: int
    rate: float | None = None
    speed: float = 1.0

    def due_s(self, number: int, latest_us: int) -> float:
        """Return after how many real seconds an event is sent."""
        if self.rate is not None:
            return number / self.rate
        return (latest_us - self.start_us) / 1_000_000 / self.speed


async def send(
    broker: str,
    destination: Destination,
    inventory: Iterable[Mapping[str, Any]],
    events: Iterable[Mapping[str, Any]],
    pace: Pace,
) -> int:
    """Send the inventory, then the alarms at their pace; return how many alarm events were sent."""
    async with _producer(broker) as producer:
        await _settled(
            [await _send(producer, destination.inventory, r["element"], r) for r in inventory]
        )
        return await _send_alarms(producer, destination.alarms, events, pace)


async def _send_alarms(
    producer: AIOKafkaProducer, topic: str, events: Iterable[Mapping[str, Any]], pace: Pace
) -> int:
    now_s = asyncio.get_running_loop().time
    began_s, latest_us, count = now_s(), pace.start_us, 0
    waiting: list[asyncio.Future[Any]] = []
    for event in events:
        # Sources are out of order by seconds: the stream is as far as its latest event.
        latest_us = max(latest_us, time_us(event["event_time"]))
        pause_s = began_s + pace.due_s(count, latest_us) - now_s()
        if pause_s > _SHORTEST_PAUSE_S:
            await asyncio.sleep(pause_s)
        # All events of an alarm go to one partition, so that they stay in order.
        key = f"{event['source']}/{event['alarm_id']}"
        waiting.append(await _send(producer, topic, key, event))
        count += 1
        if len(waiting) >= _IN_FLIGHT:
            await _settled(waiting)
            waiting = []
    await _settled(waiting)
    return count


@asynccontextmanager
async def _producer(broker: str) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(bootstrap_servers=broker, acks="all", linger_ms=5)
    try:
        # Inside, because a producer that could not start must be stopped, too.
        await producer.start()
        yield producer
    finally:
        await producer.stop()


async def _send(
    producer: AIOKafkaProducer, topic: str, key: str, value: Mapping[str, Any]
) -> asyncio.Future[Any]:
    acknowledged: asyncio.Future[Any] = await producer.send(
        topic, msgspec.json.encode(value), key.encode()
    )
    return acknowledged


async def _settled(waiting: Iterable[asyncio.Future[Any]]) -> None:
    await asyncio.gather(*waiting)
