"""The simulated storm as a producer of alarms, in the time of a scaled clock."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from aiokafka import AIOKafkaProducer
from msgspec.json import encode

from monitor.clock import ScaledClock, timestamp_ms
from monitor.formats.instant import time_us
from monitor.topics import Topics

#: Sends that wait for their acknowledgement together.
_IN_FLIGHT: Final = 200

Event = Mapping[str, Any]


class Storm(NamedTuple):
    """What happened before the clock starts, and what happens then, in order of arrival."""

    before: list[Event]
    then: list[Event]


def storm_of(events: Iterable[Event], start_us: int) -> Storm:
    """Split a stream at the start of the clock; what was before is put in order of time."""
    before: list[tuple[int, Event]] = []
    then: list[Event] = []
    for event in events:
        when_us = time_us(event["event_time"])
        if when_us < start_us:
            before.append((when_us, event))
        else:
            then.append(event)
    before.sort(key=lambda timed: timed[0])
    return Storm([event for _, event in before], then)


class StormProducer:
    """Sends inventory and alarms; their time stamps are those of the scaled clock."""

    def __init__(self, producer: AIOKafkaProducer, topics: Topics, clock: ScaledClock) -> None:
        """Take a started producer."""
        self._producer = producer
        self._topics = topics
        self._clock = clock
        self._waiting: list[asyncio.Future[Any]] = []

    async def send_inventory(self, records: Iterable[Event]) -> None:
        """Send the inventory."""
        for record in records:
            await self._send(self._topics.inventory.name, record["element"], record)
        await self._settle()

    async def send_before(self, events: Iterable[Event]) -> None:
        """Send what happened before the clock starts, stamped with the time it happened."""
        for event in events:
            await self._send_alarm(event, time_us(event["event_time"]))
        await self._settle()

    async def send_then(self, events: Iterable[Event]) -> None:
        """Send each event when its time has come."""
        latest_us = self._clock.start_us
        for event in events:
            # Sources are out of order by seconds: the stream is as far as its latest event.
            latest_us = max(latest_us, time_us(event["event_time"]))
            while (early_us := latest_us - self._clock.now_us()) > 0:
                await self._settle()
                await asyncio.sleep(self._clock.real_seconds(early_us))
            await self._send_alarm(event, self._clock.now_us())
        await self._settle()

    async def _send_alarm(self, event: Event, now_us: int) -> None:
        # All events of an alarm go to one partition, so that they stay in order.
        key = f"{event['source']}/{event['alarm_id']}"
        await self._send(self._topics.alarms.name, key, event, now_us)

    async def _send(self, topic: str, key: str, value: Event, now_us: int | None = None) -> None:
        stamp_ms = timestamp_ms(self._clock.now_us() if now_us is None else now_us)
        acknowledged = await self._producer.send(
            topic, encode(value), key.encode(), timestamp_ms=stamp_ms
        )
        self._waiting.append(acknowledged)
        if len(self._waiting) >= _IN_FLIGHT:
            await self._settle()

    async def _settle(self) -> None:
        waiting, self._waiting = self._waiting, []
        await asyncio.gather(*waiting)
