"""How long a worker takes to read back its ledger until it is ready, and what memory that takes.

The ledger and the inputs are made by the product's own code, but without Kafka between its parts.
"""

import asyncio
import json
import random
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Final, NamedTuple

from aiokafka import TopicPartition

from bench.live.backlog import worked_off
from bench.live.process import Program, program
from bench.live.site import Bulk, Site, free_port
from bench.live.stream import ELEMENTS_PER_OUTAGE, OUTAGES, inventory
from monitor.broker.clients import producer_of
from monitor.core.event import Event
from monitor.core.reading import Options
from monitor.core.step import Book
from monitor.core.written import time_text
from monitor.decide.partition import Partition
from monitor.formats.inventory import Element, read_element
from monitor.ingest.envelope import VERSION, InputRecord, Item, Tick, pack, seal, target_partition
from monitor.ledger.keeper import Keeper
from monitor.ledger.restore import Restored
from monitor.packs.loading import load_law
from monitor.topics import Topics

#: The alarms came within so long; no hour of an outage ends meanwhile.
_WITHIN_US: Final = 1_800_000_000
_PARTITIONS: Final = 8
_ALARM_PARTITIONS: Final = 6
_ENVELOPE: Final = 500
#: Envelopes whose ledger records are written together, as under load.
_TOGETHER: Final = 4
_ASK_S: Final = 0.02
_PATIENCE_S: Final = 300.0


class Recovered(NamedTuple):
    """What it took to be ready, and then to have every outage in memory."""

    alarms: int
    seconds: float
    cpu_s: float
    ready_mb: float
    #: once each outage had another alarm
    awake_mb: float
    peak_mb: float


async def recovery(site: Site, app_id: str, alarms: int) -> Recovered:
    """Start a worker on a ledger of so many active alarms."""
    known = f"{app_id}-inventory"
    topics = await site.topics_of(app_id, f"{app_id}-alarms", known)
    now_ms = time.time_ns() // 1_000_000
    await site.write(known, ((0, key, now_ms, value) for key, value in inventory()))
    await _prepare(site, app_id, topics, alarms)
    port = free_port()
    async with AsyncExitStack() as stack:
        starting = program("worker", *site.worker(app_id, "all", port))
        worker = await stack.enter_async_context(starting)
        await _ready(worker, port)
        seconds, cpu_s = time.monotonic() - worker.began_s, worker.cpu_s()
        ready_mb = worker.memory_mb("VmRSS")
        await _wake_all(site, app_id, topics, worker)
        return Recovered(
            alarms, seconds, cpu_s, ready_mb, worker.memory_mb("VmRSS"), worker.memory_mb()
        )


async def _ready(worker: Program, port: int) -> None:
    """Ask until it says that it is ready."""
    async with asyncio.timeout(_PATIENCE_S):
        while not await asyncio.to_thread(_is_ready, port):
            worker.check()
            await asyncio.sleep(_ASK_S)


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's own number
    except OSError:
        return False


async def _wake_all(site: Site, app_id: str, topics: Topics, worker: Program) -> None:
    """Send an alarm for each outage, and wait until they are applied."""
    now_us = time.time_ns() // 1000
    elements = _elements()
    await site.write(
        topics.alarms.name,
        (
            (group % _ALARM_PARTITIONS, None, now_us // 1000, _line(some[0], group, now_us))
            for group, some in enumerate(elements)
        ),
    )
    await worked_off(site, app_id, topics, OUTAGES, [worker])


# -- what was there before


async def _prepare(site: Site, app_id: str, topics: Topics, alarms: int) -> None:
    """Write inputs and ledger as if they had been worked off, one partition after the other."""
    elements = _elements()
    groups = defaultdict[int, list[int]](list)
    for group in range(OUTAGES):
        groups[target_partition(f"BE/agg-{group:05d}", _PARTITIONS)].append(group)
    ends: dict[TopicPartition, int] = {}
    async with producer_of(site.broker) as producer:
        inputs, ledger = Bulk(producer, topics.inputs.name), Bulk(producer, topics.ledger.name)
        for number, some in sorted(groups.items()):
            events = _events(elements, some, alarms * len(some) // OUTAGES)
            end = await _partition(topics, number, events, inputs, ledger)
            ends[TopicPartition(topics.inputs.name, number)] = end
    await site.commit(f"{app_id}-decide", ends)


async def _partition(
    topics: Topics, number: int, events: Iterator[Event], inputs: Bulk, ledger: Bulk
) -> int:
    """Write one partition; return how many records of inputs it has."""
    restored = Restored(Book(load_law(), Options()), Keeper(), None, {}, [])
    partition = Partition(restored, sources=[topics.alarms.name])
    offset, name = 0, topics.alarms.name
    for envelope in _envelopes(events):
        up_to_us = envelope[-1].time_us
        confirmed = tuple((name, p, up_to_us) for p in range(_ALARM_PARTITIONS))
        tick = Tick(((name, _ALARM_PARTITIONS),), confirmed)
        items = tuple(Item(name, 0, n, event) for n, event in enumerate(envelope))
        (packed,) = next(iter(pack(items, 1).values()))
        await inputs.add((number, None, up_to_us // 1000, seal(packed, tick)))
        partition.apply(offset, InputRecord(VERSION, items, tick), up_to_us)
        offset += 1
        if not offset % _TOGETHER:
            await _keep(ledger, number, partition, up_to_us)
    await _keep(ledger, number, partition, time.time_ns() // 1000)
    await inputs.flush()
    await ledger.flush()
    return offset


async def _keep(ledger: Bulk, number: int, partition: Partition, time_us: int) -> None:
    for key, value in partition.written():
        await ledger.add((number, key, time_us // 1000, value))


def _envelopes(events: Iterator[Event]) -> Iterator[list[Event]]:
    envelope: list[Event] = []
    for event in events:
        envelope.append(event)
        if len(envelope) == _ENVELOPE:
            yield envelope
            envelope = []
    if envelope:
        yield envelope


def _elements() -> list[list[Element]]:
    """Return the elements of each outage."""
    read = (read_element(value)[0] for _, value in inventory())
    known = [element for element in read if element is not None]
    return [
        known[start : start + ELEMENTS_PER_OUTAGE]
        for start in range(0, len(known), ELEMENTS_PER_OUTAGE)
    ]


def _events(elements: list[list[Element]], groups: list[int], count: int) -> Iterator[Event]:
    """Yield raises over some time, the outages in turns."""
    rng = random.Random(groups[0])
    now_us = time.time_ns() // 1000
    for number in range(count):
        group = groups[number % len(groups)]
        time_us = now_us - _WITHIN_US + number * _WITHIN_US // count
        yield _event(rng.choice(elements[group]), group * 10**6 + number, time_us)


def _event(element: Element, number: int, time_us: int) -> Event:
    return Event(
        f"{element.country}/{element.group}", f"oss-be-{number % 3}", f"{number:012d}", "raise",
        time_us, 0, element.element, "critical", False, None, None, element.serves, (), "BE",
    )  # fmt: skip


def _line(element: Element, number: int, time_us: int) -> bytes:
    fields = {
        "source": "oss-be-again",
        "alarm_id": str(number),
        "action": "raise",
        "event_time": time_text(time_us),
        "element": element.element,
        "country": "BE",
        "severity": "critical",
    }
    return json.dumps(fields).encode()
