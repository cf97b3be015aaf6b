"""The product over a backlog, in one process or two: speed, processor time and memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from aiokafka import TopicPartition

from bench.live.figures import Run
from bench.live.process import Program, program
from bench.live.site import Site
from bench.live.stream import Storm, inventory
from monitor.clock import WallClock
from monitor.ingest.envelope import unseal
from monitor.ledger.records import PROGRESS, Progress, key_of, read
from monitor.topics import Topics

ALARMS: Final = "bench-alarms"
INVENTORY: Final = "bench-inventory"
_PARTITIONS: Final = 6
_LOOK_S: Final = 0.25
_PROGRESS_KEY: Final = key_of(PROGRESS)
_AGO_US: Final = 10_000_000


async def preload(site: Site, count: int) -> None:
    """Write the inventory, and so many alarms that they end a few seconds ago."""
    await site.topics_of("bench-preload", ALARMS, INVENTORY)
    now_us = WallClock().now_us()
    known = inventory()
    await site.write(INVENTORY, ((0, key, now_us // 1000, value) for key, value in known))
    alarms = Storm(now_us - _AGO_US - count * 1000).alarms(count)
    records = ((a.number % _PARTITIONS, None, a.time_us // 1000, a.value) for a in alarms)
    await site.write(ALARMS, records)


async def run_product(site: Site, app_id: str, count: int, *, split: bool) -> Run:
    """Let workers of a new application work off the backlog."""
    topics = await site.topics_of(app_id, ALARMS, INVENTORY)
    async with workers(site, app_id, split=split) as programs:
        await worked_off(site, app_id, topics, count, programs)
        began_s, done_s = await _interval(site, topics)
        cpu_s = sum(p.cpu_at(done_s) - p.cpu_at(began_s) for p in programs)
        peak_mb = sum(p.memory_mb() for p in programs)
    return Run(count / (done_s - began_s), cpu_s * 1e6 / count, peak_mb)


@asynccontextmanager
async def workers(site: Site, app_id: str, *, split: bool) -> AsyncIterator[list[Program]]:
    """Run one worker with all roles, or one with each; decide is ready before ingest begins."""
    async with AsyncExitStack() as stack:
        programs = []
        for role in ("decide", "ingest") if split else ("all",):
            started = program(f"worker {role}", *site.worker(app_id, role))
            programs.append(await stack.enter_async_context(started))
            if role == "decide":
                await programs[0].said("partition recovered")
        yield programs


async def worked_off(
    site: Site, app_id: str, topics: Topics, count: int, programs: list[Program]
) -> None:
    """Wait until both groups have committed all of so many alarms."""
    ends: dict[TopicPartition, int] = {}
    while True:
        await asyncio.sleep(_LOOK_S)
        for one in programs:
            one.check()
        if not ends:
            if sum((await site.committed(f"{app_id}-ingest")).values()) < count:
                continue
            ends = await site.ends(topics.inputs.name)
        applied = await site.committed(f"{app_id}-decide")
        if all(applied.get(source, 0) >= end for source, end in ends.items()):
            return


async def _interval(site: Site, topics: Topics) -> tuple[float, float]:
    """Return when the first envelope was written, and when the last was known to be applied."""
    began_ms, last = None, dict[int, int]()
    async for record in site.read(topics.inputs.name):
        if unseal(record.value).items:
            began_ms = min(began_ms or record.timestamp, record.timestamp)
            last[record.partition] = max(last.get(record.partition, 0), record.offset)
    assert began_ms is not None  # noqa: S101 - there were alarms
    done: dict[int, int] = {}
    async for record in site.read(topics.ledger.name):
        # Records of a partition come in order: the first that is far enough counts.
        number = record.partition
        if record.key != _PROGRESS_KEY or number not in last or number in done:
            continue
        if read(Progress, record.value).next_offset > last[number]:
            done[number] = record.timestamp
    return began_ms / 1000, max(done.values()) / 1000
