"""How late crossings by time alone are published, while a storm takes half of the capacity.

Ten thousand outages were opened within the hour before; their deadlines fall due one after the
other. Late is the time from the deadline to the record, and to a reader of committed records.
"""

import json
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple

from bench.live.backlog import workers
from bench.live.figures import quantile
from bench.live.load import Pool, send_at
from bench.live.process import Program, program
from bench.live.site import Record, Site
from bench.live.stream import inventory
from monitor.core.written import time_text

_HOUR_US: Final = 3_600_000_000
_SECOND_US: Final = 1_000_000
#: Before the first deadline and after the last.
_MARGIN_S: Final = 5
_PARTITIONS: Final = 6
_PATIENCE_S: Final = 120.0
_END_USERS: Final = 30_000


class Late(NamedTuple):
    """Seconds that crossings came late, at the record and at the reader."""

    rate: float
    outages: int
    detected_s: list[float]
    written_s: list[float]
    seen_s: list[float]

    def row(self, name: str, seconds: list[float]) -> tuple[str, ...]:
        """Return p50, p99 and the worst as a row."""
        worst = (quantile(seconds, 0.5), quantile(seconds, 0.99), max(seconds))
        return (name, *(f"{s:.2f}" for s in worst))


async def lateness(site: Site, app_id: str, *, rate: float, outages: int, seconds: int) -> Late:
    """Run one worker under such a load for so long."""
    alarms, known = f"{app_id}-alarms", f"{app_id}-inventory"
    topics = await site.topics_of(app_id, alarms, known)
    now_ms = time.time_ns() // 1_000_000
    await site.write(known, ((0, key, now_ms, value) for key, value in inventory()))
    pool = Pool()
    watch = site.watch(topics.notifications.name)
    async with workers(site, app_id, split=False) as (worker,), program("watch", watch, {}) as seen:
        await worker.said("source partitions assigned")
        first_us = time.time_ns() // 1000 + 2 * _MARGIN_S * _SECOND_US
        await site.write(alarms, _opened(first_us, outages, (seconds - 2 * _MARGIN_S)))
        reached = await send_at(site, alarms, rate, seconds + _MARGIN_S, pool.records)
        crossings = await _crossings(worker, seen, outages)
    detected_s = [_time_s(c["detected_at"]) - _time_s(c["crossed_at"]) for c in crossings]
    written_s = [c["written_s"] - _time_s(c["crossed_at"]) for c in crossings]
    seen_s = [c["seen_s"] - _time_s(c["crossed_at"]) for c in crossings]
    return Late(reached, outages, detected_s, written_s, seen_s)


def _opened(first_us: int, outages: int, seconds: int) -> Iterator[Record]:
    """Yield an alarm for each outage, such that their hours end evenly from a time on."""
    for number in range(outages):
        time_us = first_us - _HOUR_US + number * seconds * _SECOND_US // outages
        alarm = {
            "source": "oss-be-due",
            "alarm_id": str(number),
            "action": "raise",
            "event_time": time_text(time_us),
            "element": f"due-{number:05d}",
            "country": "BE",
            "severity": "critical",
            "impact": [{"service": "fixed_internet", "area": "BE-1000", "end_users": _END_USERS}],
        }
        yield number % _PARTITIONS, None, time.time_ns() // 1_000_000, json.dumps(alarm).encode()


async def _crossings(worker: Program, seen: Program, outages: int) -> list[dict[str, Any]]:
    """Return the crossings of our outages, once all of them were seen."""
    began_s = time.monotonic()
    while True:
        worker.check()
        found = [
            line.fields
            for line in seen.lines
            if line.fields.get("outage_key", "").startswith("BE/due-")
        ]
        if len(found) >= outages:
            return found
        if time.monotonic() - began_s > _PATIENCE_S:
            message = f"{len(found)} of {outages} crossings came; {worker.ended()}"
            raise RuntimeError(message)
        await seen.more()


def _time_s(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
