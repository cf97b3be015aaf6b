"""A live run without a broker: what `record` would have written of it; and faults to plant."""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from properties.agreement import Case, case, events, law

from monitor.core.event import Event
from monitor.core.step import Book
from monitor.decide.applying import Applying, rules_of
from monitor.formats.instant import time_us
from monitor.ingest.envelope import Item, Tick, pack, seal, seal_rules, unseal
from monitor.messages.notification import notification_fields
from monitor.messages.obligation import obligation_fields
from monitor.recorded.model import Head, Range, Row, Topic, text_or_bytes
from monitor.recorded.write import Writer, opened

PARTITIONS = 3
_SOURCE = "alarms"
_SECOND_US = 1_000_000
Json = dict[str, Any]


class Live(NamedTuple):
    """What stands in the topics after a live run."""

    inputs: list[Row]
    notifications: list[Json]
    obligations: list[Json]
    case: Case


def live(seed: int, *, late_s: float = 0.0, case_: Case | None = None) -> Live:
    """Run the events of a case live; each arrives half a second after it happened.

    `late_s`: the whole run works off a backlog that much later.
    """
    a = case(seed) if case_ is None else case_
    a = a._replace(lateness_horizon_us=400 * 86_400 * _SECOND_US)
    read = [event for event in events(a._replace(until_us=None)) if event is not None]
    rows = list(_inputs(random.Random(seed), read, a, round(late_s * _SECOND_US)))
    said, owed = list[Json](), dict[str, Json]()
    for number in range(PARTITIONS):
        applying = Applying(Book(law(), a.options))
        for row in rows:
            if row.partition != number or row.value_bytes is None:
                continue
            applied = applying.apply(row.offset, unseal(row.value_bytes), row.timestamp_ms * 1000)
            applying.begin_anew()
            said += map(notification_fields, applied.notifications)
            owed |= {o.obligation_id: obligation_fields(o) for o in applied.obligations}
    return Live(rows, said, list(owed.values()), a)


def _inputs(rng: random.Random, read: list[Event], a: Case, late_us: int) -> Iterator[Row]:
    """Yield the records of inputs: envelopes cut at random, with ticks, and at last time alone."""
    offsets = [0] * PARTITIONS
    clock_us = min((e.time_us for e in read), default=0)

    def row(number: int, value: bytes) -> Row:
        offsets[number] += 1
        stamp_ms = (clock_us + late_us) // 1000 + 500
        text, other = text_or_bytes(value)
        return Row("inputs", number, offsets[number] - 1, stamp_ms, 1, None, None, text, other)

    for number in range(PARTITIONS):
        yield row(number, seal_rules(rules_of(law(), a.options), 0))
    rest, place = list(read), 0
    while rest:
        size = rng.randint(1, 5)
        some, rest = rest[:size], rest[size:]
        clock_us = max(clock_us, *(e.time_us for e in some))
        items = [Item(_SOURCE, 0, place + n, event) for n, event in enumerate(some)]
        place += size
        tick = Tick(((_SOURCE, 1),), ((_SOURCE, 0, clock_us),))
        packed = pack(items, PARTITIONS)
        for number in range(PARTITIONS):
            for envelope in packed.get(number, [[]]):
                yield row(number, seal(envelope, tick))
    for _ in range(30):
        clock_us += 3_600 * _SECOND_US
        tick = Tick(((_SOURCE, 1),), ((_SOURCE, 0, clock_us),))
        for number in range(PARTITIONS):
            yield row(number, seal([], tick))


def recording(
    path: Path, run: Live, *, begin: int = 0, end: int = 1 << 30, decided_to: int | None = None
) -> Path:
    """Write a run as `record inputs notifications obligations` does."""
    ends = [
        max((r.offset for r in run.inputs if r.partition == n), default=-1) + 1 for n in range(3)
    ]
    ranges = tuple(
        Range(
            partition=n, log_begin=0, log_end=last, begin=begin, end=min(end, last),
            decided_to=decided_to,
        )
        for n, last in enumerate(ends)
    )  # fmt: skip
    topics = [Topic(name="inputs", role="inputs", ranges=ranges)]
    outputs = {"notifications": run.notifications, "obligations": run.obligations}
    for name, found in outputs.items():
        whole = Range(partition=0, log_begin=0, log_end=len(found), begin=0, end=len(found))
        topics.append(Topic(name=name, role=name, ranges=(whole,)))
    head = Head(product="0", policy_set="", since=None, until=None, topics=tuple(topics))
    with opened(path) as file:
        writer = Writer(file, head)
        for one in sorted(run.inputs, key=lambda r: (r.partition, r.offset)):
            if begin <= one.offset < end:
                writer.add(one)
        for name, found in outputs.items():
            for offset, fields in enumerate(found):
                stamp_ms = _stamp_ms(fields)
                key = fields["outage_id"] if name == "notifications" else fields["obligation_id"]
                value = json.dumps(fields)
                writer.add(Row(name, 0, offset, stamp_ms, 0, key, None, value))
        writer.finish()
    return path


def _stamp_ms(fields: Json) -> int:
    at = fields.get("detected_at") or fields["transitions"][-1]["at"]
    return time_us(at) // 1000 if "crossing_id" in fields else 0


class Planted(NamedTuple):
    """A run in which one thing is wrong, and how that must be found."""

    run: Live
    kind: str
    crossing_id: str
    field: str | None = None


def planted(rng: random.Random, run: Live) -> Planted:
    """Plant one fault into the notifications of a run."""
    plant: Callable[[random.Random, Live], Planted] = rng.choice((_miss, _add, _delay, _alter))
    return plant(rng, run)


def _with(run: Live, place: int, *new: Json) -> Live:
    said = [*run.notifications[:place], *new, *run.notifications[place + 1 :]]
    return run._replace(notifications=said)


def _chosen(rng: random.Random, run: Live, *, required: bool = False) -> tuple[int, Json]:
    places = [
        n for n, f in enumerate(run.notifications) if not required or f["type"] != "withdrawn"
    ]
    place = rng.choice(places)
    return place, run.notifications[place]


def _miss(rng: random.Random, run: Live) -> Planted:
    place, fields = _chosen(rng, run)
    return Planted(_with(run, place), "missing", fields["crossing_id"])


def _add(rng: random.Random, run: Live) -> Planted:
    place, fields = _chosen(rng, run)
    ghost = "00000000-0000-0000-0000-000000000000"
    more = fields | {"crossing_id": ghost, "revision": 0, "outage_key": "BE/ghost"}
    more["outage_id"] = fields["outage_id"].replace(fields["outage_key"], "BE/ghost")
    return Planted(_with(run, place, fields, more), "extra", ghost)


def _delay(rng: random.Random, run: Live) -> Planted:
    place, fields = _chosen(rng, run, required=True)
    known = fields["detected_at"]
    late = f"{int(known[:4]) + 1}{known[4:]}"
    return Planted(_with(run, place, fields | {"detected_at": late}), "late", fields["crossing_id"])


def _alter(rng: random.Random, run: Live) -> Planted:
    place, fields = _chosen(rng, run)
    changes: Json = {
        "crossed_at": "2026-03-14T07:59:59.123Z",
        "affected": {"mobile_internet": {"cautious": 1, "literal": 7}},
        "authority": "Nobody",
        "service": "telegraph",
        "reading": "other",
        "initial": not fields["initial"],
        "obligations": [],
        "crossing_id": "11111111-1111-1111-1111-111111111111",
        "outage_id": "BE/other@2026-03-14T08:00:00Z",
        "first_onset": "2026-03-14T01:00:00Z",
        "policy_set": "0" * 64,
        "planned": not fields["planned"],
        "revision": 9,
    }
    if not fields["obligations"]:
        del changes["obligations"]
    field = rng.choice(sorted(changes))
    wrong = fields | {field: changes[field]}
    return Planted(_with(run, place, wrong), "altered", fields["crossing_id"], field)
