"""How long nothing is published after one of two workers was killed.

Every tenth of a second an alarm comes for each partition that must be notified at once. The answer
is the longest silence of any partition, seen by a reader of committed records.
"""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Final

from bench.live.load import send_at
from bench.live.process import Program, program
from bench.live.site import Record, Site
from bench.live.stream import inventory
from monitor.core.written import time_text
from monitor.ingest.envelope import target_partition

_TARGETS: Final = 8
_PARTITIONS: Final = 6
_PER_SECOND: Final = 80
#: Of load, before the kill and after it.
_BEFORE_S: Final = 6.0
_AFTER_S: Final = 24.0
_START_S: Final = 60.0


async def takeover(site: Site, app_id: str) -> float:
    """Return the longest silence, in seconds."""
    alarms, known = f"{app_id}-alarms", f"{app_id}-inventory"
    topics = await site.topics_of(app_id, alarms, known)
    now_ms = time.time_ns() // 1_000_000
    await site.write(known, ((0, key, now_ms, value) for key, value in inventory(10)))
    watch = site.watch(topics.notifications.name)
    async with AsyncExitStack() as stack:
        first, second = [
            await stack.enter_async_context(program(f"worker {n}", *site.worker(app_id, "all")))
            for n in (1, 2)
        ]
        await _shared(first, second)
        seen = await stack.enter_async_context(program("watch", watch, {}))
        killing = asyncio.create_task(_kill_later(second))
        await send_at(site, alarms, _PER_SECOND, _BEFORE_S + _AFTER_S, Urgent().records)
        killed_s = await killing
        await asyncio.sleep(1.0)
        first.check()
        return _longest_silence(seen, killed_s)


async def _shared(*workers: Program) -> None:
    """Wait until both have partitions of inputs and of alarms."""
    async with asyncio.timeout(_START_S):
        while not all(_has_half(worker) for worker in workers):
            await asyncio.gather(*(worker.more(1.0) for worker in workers))


def _has_half(worker: Program) -> bool:
    said = {
        str(line.fields.get("event")): len(line.fields.get("partitions", ()))
        for line in worker.lines
    }
    inputs = said.get("partitions of inputs assigned", 0)
    return inputs == _TARGETS // 2 and said.get("source partitions assigned") == _PARTITIONS // 2


async def _kill_later(worker: Program) -> float:
    await asyncio.sleep(_BEFORE_S)
    await worker.kill()
    return time.time_ns() / 1e9


def _longest_silence(seen: Program, killed_s: float) -> float:
    times_s = defaultdict[int, list[float]](list)
    for line in seen.lines:
        if line.fields.get("event") == "seen":
            place = target_partition(line.fields["outage_key"], _TARGETS)
            times_s[place].append(line.fields["seen_s"])
    last_s = max(max(times) for times in times_s.values())
    silences = [
        after - before
        for times in times_s.values()
        for before, after in zip(times, [*times[1:], last_s], strict=True)
        if after > killed_s
    ]
    return max(silences)


class Urgent:
    """Alarms that must be notified at once, for all partitions in turns."""

    def __init__(self) -> None:
        """Start with the first outage."""
        self._number = 0

    def records(self, now_us: int, count: int) -> Iterator[Record]:
        """Yield so many alarms of now, each of a new outage."""
        for _ in range(count):
            yield self._number % _PARTITIONS, None, now_us // 1000, self._alarm(now_us)

    def _alarm(self, now_us: int) -> bytes:
        self._number += 1
        wanted = self._number % _TARGETS
        suffix = 0
        while target_partition(f"BE/urgent-{self._number}-{suffix}", _TARGETS) != wanted:
            suffix += 1
        fields = {
            "source": "oss-be-urgent",
            "alarm_id": str(self._number),
            "action": "raise",
            "event_time": time_text(now_us),
            "element": f"urgent-{self._number}-{suffix}",
            "country": "BE",
            "severity": "critical",
            "impact": [],
            "effects": [{"kind": "emergency_number_unreachable", "target": "112"}],
        }
        return json.dumps(fields).encode()
