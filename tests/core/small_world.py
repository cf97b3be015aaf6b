"""Streams of the small world as the durable input, and what must hold after any of them."""

import random
from collections.abc import Iterable
from typing import Literal, NamedTuple

from msgspec.structs import replace

from core.world import KEY, LAW, MINUTE_US, options, reading, stream, us
from monitor.core.event import Event
from monitor.core.final import Final
from monitor.core.moment import at, just_before
from monitor.core.notification import Notification
from monitor.core.reading import Options
from monitor.core.step import Book, Envelope, Record, Tick, step

#: How events arrive: in order of time, up to three minutes late, a few late, in any order, or long
#: after the clock.
Arrival = Literal["in order", "a little late", "a few late", "in any order", "as a backlog"]
#: (outage key, rule, cell, crossed_at_us)
Standing = tuple[str, str, str, int]

_TAILS_US = (0, 60_000_000, 300_000_000, 86_400_000_000)


class World(NamedTuple):
    """A stream, and the options to read it under; all of it follows from the seed."""

    seed: int
    options: Options
    events: list[Event]
    records: list[Record]
    tail_us: int


def world(seed: int, arrival: Arrival, *, horizon: float = 100_000) -> World:
    """Make the small world of a seed."""
    rng = random.Random(seed)
    decides = reading(rng)
    read = stream(rng, keys=rng.choice(((KEY,), (KEY,), (KEY, "XX/h"))))
    _disturb(rng, read, arrival)
    records: list[Record] = [Tick(at(us(60)))] if arrival == "as a backlog" else []
    records += _records(rng, read)
    chosen = options(decides, gap=rng.choice((0, 1, 3, 3, 8)), horizon=horizon)
    return World(seed, chosen, read, records, rng.choice(_TAILS_US))


def _disturb(rng: random.Random, read: list[Event], arrival: Arrival) -> None:
    if arrival == "in any order":
        rng.shuffle(read)
    elif arrival == "a little late":
        read.sort(key=lambda e: e.time_us + rng.randint(0, 3) * MINUTE_US)
    elif arrival != "in order":
        for _ in range(rng.randint(0, 2)):
            event = read.pop(rng.randrange(len(read)))
            read.insert(rng.randint(0, len(read)), event)


def _records(rng: random.Random, read: list[Event]) -> list[Record]:
    """Cut events into envelopes, with ticks that never run ahead of the latest time read."""
    most, often, records = rng.choice((1, 2, 5, 14)), rng.choice((0.2, 0.6, 1.0)), list[Record]()
    rest, latest_us = list(read), us(-1)
    while rest:
        size = rng.randint(1, most)
        taken, rest = tuple(rest[:size]), rest[size:]
        latest_us = max(latest_us, *(event.time_us for event in taken))
        records.append(Envelope(taken))
        if rng.random() < often:
            time_us = rng.choice((latest_us, latest_us, latest_us - 1, us(rng.randint(0, 30))))
            records.append(Tick(rng.choice((at, just_before))(min(time_us, latest_us))))
    return [*records, Tick(at(us(60)))]


def published(w: World, records: Iterable[Record] | None = None) -> list[list[Notification]]:
    """Return what each record makes the product say."""
    book = Book(LAW, replace(w.options, tail_us=w.tail_us))
    return [step(book, record, 0) for record in (w.records if records is None else records)]


def held(w: World) -> list[Standing]:
    """Return what holds in the end: everything folded once."""
    final = Final(LAW, w.options)
    for event in w.events:
        final.take(event)
    return standing(final.result(us(60)))


def standing(notifications: Iterable[Notification]) -> list[Standing]:
    """Return what stands after these revisions."""
    last = {n.crossing_id: n for n in notifications}
    return sorted(
        (n.outage_key, n.rule.rule, str(n.cell), n.crossed_at_us)
        for n in last.values()
        if n.type != "withdrawn"
    )
