"""Alarms at a steady rate, each with the time at which it is sent."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final

from bench.live.site import Bulk, Record, Site
from bench.live.stream import Storm
from monitor.broker.clients import producer_of
from monitor.core.written import time_text

#: So long is what is sent at once; all of it has the same time.
_SLICE_S: Final = 0.02
#: A time with as many letters as every other; it is replaced by the one of sending.
_SOME_TIME_US: Final = 1_773_475_925_123_456
_PARTITIONS: Final = 6

#: Makes the records of one slice from the time of day (us) and how many are due.
Slice = Callable[[int, int], Iterable[Record]]


class Pool:
    """Alarms of a storm made beforehand, sent again and again with new times."""

    def __init__(self, size: int = 200_000) -> None:
        """Make so many."""
        # At one time: the outages are new ones, and no hour of theirs ends meanwhile.
        storm = Storm(_SOME_TIME_US, step_us=0, opened_before_us=0)
        written = time_text(_SOME_TIME_US).encode()
        self._lines: list[tuple[int, bytes, bytes]] = []
        for alarm in storm.alarms(size):
            before, _, after = alarm.value.partition(written)
            self._lines.append((alarm.number % _PARTITIONS, before, after))
        self._next = self._forever()

    def _forever(self) -> Iterator[tuple[int, bytes, bytes]]:
        while True:
            yield from self._lines

    def records(self, now_us: int, count: int) -> Iterator[Record]:
        """Yield so many records of now."""
        written, now_ms = time_text(now_us).encode(), now_us // 1000
        for partition, before, after in islice(self._next, count):
            yield partition, None, now_ms, before + written + after


async def send_at(site: Site, topic: str, per_second: float, seconds: float, make: Slice) -> float:
    """Send at a rate for so long; return the rate that was reached."""
    began_s, sent = time.monotonic(), 0
    async with producer_of(site.broker) as producer:
        bulk = Bulk(producer, topic)
        while (passed_s := time.monotonic() - began_s) < seconds:
            due = int(passed_s * per_second) - sent
            for record in make(time.time_ns() // 1000, due):
                await bulk.add(record)
            sent += due
            await bulk.begin_flush()
            await asyncio.sleep(_SLICE_S)
        await bulk.flush()
    return sent / (time.monotonic() - began_s)
