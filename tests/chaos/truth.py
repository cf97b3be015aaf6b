"""What must hold: the alarms as they lie in their topic, replayed in order of time."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct

from monitor.core.event import Event
from monitor.core.final import Final
from monitor.core.law import Law
from monitor.core.reading import Options
from monitor.core.written import time_text
from monitor.enrich import enrich
from monitor.formats.inventory import Element, read_element
from monitor.formats.native import read_alarm
from monitor.messages.status import Standing, standing

from .places import inventory
from .taken import Records


class Origin(NamedTuple):
    """An event, and where its record lies."""

    event: Event
    partition: int
    offset: int
    value: bytes


class Truth(Struct):
    """What the alarms say by themselves."""

    #: in order of time
    origins: list[Origin]
    #: coordinates of records that must be set aside
    bad: set[tuple[int, int]]
    #: outage keys of which nothing came late: their alarms lie in order of time in one partition
    prompt: set[str]


def truth_of(alarms: Records) -> Truth:
    """Read what lies in the topic of alarms."""
    known = _known()
    origins: list[Origin] = []
    bad: set[tuple[int, int]] = set()
    last: dict[str, tuple[int, int]] = {}
    shaken: set[str] = set()
    for number, records in alarms.items():
        for record in records:
            alarm, reject = read_alarm(record.value)
            event = None if alarm is None else enrich(alarm, known, "group")
            if reject is not None or not isinstance(event, Event):
                bad.add((number, record.offset))
            if isinstance(event, Event):
                origins.append(Origin(event, number, record.offset, record.value))
                before = last.get(event.outage_key, (number, event.time_us))
                if before[0] != number or before[1] > event.time_us:
                    shaken.add(event.outage_key)
                last[event.outage_key] = (number, event.time_us)
    origins.sort(key=lambda o: (o.event.time_us, o.event.sequence, o.partition, o.offset))
    return Truth(origins, bad, last.keys() - shaken)


def _known() -> dict[str, Element]:
    read = (read_element(json.dumps(record).encode())[0] for record in inventory())
    return {element.element: element for element in read if element is not None}


async def replayed(
    truth: Truth, until_us: int, horizon: str, directory: Path
) -> list[dict[str, Any]]:
    """Ask the program itself, from files: the crossings that hold in the end."""
    alarms, elements = directory / "alarms.jsonl", directory / "inventory.jsonl"
    out = directory / "replay.jsonl"
    alarms.write_bytes(b"\n".join(origin.value for origin in truth.origins) + b"\n")
    elements.write_text("".join(json.dumps(record) + "\n" for record in inventory()))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor", "replay", str(alarms), "--inventory", str(elements),
        "--until", time_text(until_us), "--lateness-horizon", horizon, "-o", str(out),
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await process.communicate()
    if process.returncode:
        raise RuntimeError(said.decode())
    return [json.loads(line) for line in out.read_bytes().splitlines()]


def statuses(truth: Truth, law: Law, options: Options, until_us: int) -> list[Standing]:
    """Return how every outage stands in the end, however long ago it ended."""
    final = Final(law, options, keep=True)
    for origin in truth.origins:
        final.take(origin.event)
    final.result(until_us)
    return [
        standing(publisher.domain, outage, outage.first_onset_us, input_complete=True)
        for publisher in final.book.publishers.values()
        for outage in publisher.domain.live.outages
    ]
