"""A stream as the durable input: envelopes and ticks, cut at random, and what they make stand."""

import random
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from msgspec.msgpack import Decoder, Encoder
from msgspec.structs import replace

from monitor.core.event import Event
from monitor.core.final import Final
from monitor.core.law import Cell
from monitor.core.moment import at, just_before
from monitor.core.notification import Notification
from monitor.core.reading import Options
from monitor.core.step import Book, Envelope, Record, Tick, step
from monitor.messages.notification import notification_line
from properties.agreement import Case, events, law

_DAY_US = 86_400_000_000
_TAILS_US = (0, 60_000_000, Options().tail_us, _DAY_US)
_SECOND_US = 1_000_000

#: How often a tick comes with its envelope, not after it.
_WITH_TICK = 0.7

#: As the lines come, in order of time, or a backlog: the latest first, the last two swapped.
Arrival = Literal["as made", "in order", "backlog"]

#: (outage key, rule, cell, crossed_at_us): what must not depend on how the input was cut
Standing = tuple[str, str, str, int]


class Durable(NamedTuple):
    """A case, its events in order of arrival, and the records they were cut into."""

    case: Case
    events: list[Event]
    records: list[Record]
    tail_us: int

    def book(self) -> Book:
        """Return a book that knows nothing."""
        return Book(law(), replace(self.case.options, tail_us=self.tail_us))


def durable(a: Case, arrival: Arrival) -> Durable:
    """Cut the events of a case into records; all of it follows from the seed of the case."""
    rng = random.Random(a.seed)
    read = [event for event in events(a._replace(until_us=None)) if event is not None]
    if arrival != "as made":
        read.sort(key=lambda event: event.time_us)
    if arrival == "backlog" and len(read) > 2:
        read.insert(0, read.pop())
        read.append(read.pop(-2))
    return Durable(a, read, list(_records(rng, read)), rng.choice(_TAILS_US))


def _records(rng: random.Random, read: list[Event]) -> Iterator[Record]:
    """Cut events into envelopes, with ticks that never run ahead of the latest time read."""
    most, ticks = rng.choice((1, 3, 8, 30)), rng.choice((0.2, 0.6, 1.0))
    rest, latest_us = list(read), -_DAY_US
    while rest:
        size = rng.randint(1, most)
        taken, rest = tuple(rest[:size]), rest[size:]
        latest_us = max(latest_us, *(event.time_us for event in taken))
        if rng.random() >= ticks:
            yield Envelope(taken)
        elif rng.random() < _WITH_TICK:
            yield Envelope(taken, _moment(rng, taken, latest_us))
        else:
            yield Envelope(taken)
            yield Tick(_moment(rng, taken, latest_us))
    yield Tick(at(latest_us))


def _moment(rng: random.Random, taken: tuple[Event, ...], latest_us: int) -> int:
    """Draw a moment that is not later than what was read."""
    time_us = rng.choice((latest_us, latest_us, latest_us - rng.choice((1, _SECOND_US, _DAY_US))))
    time_us = rng.choice((time_us, rng.choice(taken).time_us))
    return rng.choice((at, at, just_before))(time_us)


def reread(records: Iterable[Record]) -> list[Record]:
    """Write records and read them again, as a topic does."""
    encode, decode = Encoder().encode, Decoder[Record](Record).decode
    return [decode(encode(record)) for record in records]


def published(d: Durable, records: Iterable[Record]) -> list[list[Notification]]:
    """Return what each record makes the product say; the first is stamped 0, the next 1."""
    book = d.book()
    return [step(book, record, stamp_us) for stamp_us, record in enumerate(records)]


def lines(said: Iterable[list[Notification]]) -> list[list[bytes]]:
    """Return the messages, as they leave the product."""
    return [[notification_line(n) for n in notifications] for notifications in said]


def standing(notifications: Iterable[Notification]) -> list[Standing]:
    """Return what stands after these revisions."""
    last = {n.crossing_id: n for n in notifications}
    return sorted(
        (n.outage_key, n.rule.rule, _cell(n), n.crossed_at_us)
        for n in last.values()
        if n.type != "withdrawn"
    )


def _cell(n: Notification) -> str:
    return f"{n.cell.duration_us} {n.cell.end_users}" if isinstance(n.cell, Cell) else str(n.cell)


def held(read: Iterable[Event], options: Options) -> list[Standing]:
    """Return what holds in the end."""
    final = Final(law(), options)
    for event in read:
        final.take(event)
    return standing(final.result())


def afresh(d: Durable, read: Iterable[Event], clock: int) -> list[Standing]:
    """Return what stands if all events come in one envelope and one tick runs the clock up."""
    records: list[Record] = [Envelope(tuple(read)), Tick(clock)]
    return standing(n for said in published(d, records) for n in said)
