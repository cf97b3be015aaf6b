"""Sends a stream: the backlog as fast as may be, then each record when it is time."""

import asyncio
from collections import deque
from collections.abc import Iterator
from typing import Any, Final

from aiokafka import AIOKafkaProducer

from monitor.broker.access import Broker
from monitor.clock import WallClock

from .stream import Plan, Sent, stream

_IN_FLIGHT: Final = 5000
_TURN: Final = 200


#: All brokers may be away together for so long before anything is given up.
_PATIENCE_MS: Final = 180_000


def patient_producer(broker: Broker) -> AIOKafkaProducer:
    """Return a producer that goes around all that is disturbed, and keeps the order."""
    return AIOKafkaProducer(
        **broker.client_options,
        acks="all",
        enable_idempotence=True,
        request_timeout_ms=_PATIENCE_MS,
        max_batch_size=128 * 1024,
        metadata_max_age_ms=5000,
    )


class Sender:
    """Sends into the alarms' topic; what the broker has taken is counted."""

    def __init__(self, producer: AIOKafkaProducer, topic: str, plan: Plan) -> None:
        """Take a started producer that goes around all that is disturbed."""
        self._producer = producer
        self._topic = topic
        self._plan = plan
        self._records: Iterator[Sent] = stream(plan)
        self._next = next(self._records)
        self._waiting: deque[asyncio.Future[Any]] = deque()
        self._stopped = False
        self.sent = 0
        #: coordinates of all that the broker said it has
        self.taken: set[tuple[int, int]] = set()

    async def backlog(self) -> None:
        """Send what happened before the live part."""
        while self._next.send_us < self._plan.start_us:
            await self._send_next()
        await self._settle(0)

    async def live(self) -> None:
        """Send until stopped, each record when it is time."""
        clock = WallClock()
        while not self._stopped:
            pause_s = (self._next.send_us - clock.now_us()) / 1e6
            if pause_s > 0:
                await asyncio.sleep(min(pause_s, 0.2))
            else:
                await self._send_next()
        await self._settle(0)

    def stop(self) -> None:
        """Send nothing more."""
        self._stopped = True

    async def _send_next(self) -> None:
        record, self._next = self._next, next(self._records)
        stamp_us = record.send_us
        if record.time_us is not None and self._plan.old_stamps:
            stamp_us = record.time_us
        elif not self._plan.old_stamps:
            stamp_us = WallClock().now_us()
        self._waiting.append(
            await self._producer.send(
                self._topic,
                record.value,
                partition=record.partition,
                timestamp_ms=stamp_us // 1000,
            )
        )
        self.sent += 1
        await self._settle(_IN_FLIGHT)
        if self.sent % _TURN == 0:
            await asyncio.sleep(0)

    async def _settle(self, most: int) -> None:
        """Wait until at most so many records are on their way."""
        while self._waiting and (len(self._waiting) > most or self._waiting[0].done()):
            said = await self._waiting.popleft()
            self.taken.add((said.partition, said.offset))
