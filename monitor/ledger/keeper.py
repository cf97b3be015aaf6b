"""From what changed to the ledger records that say so.

Events are written once, several in a record; a record that is still small is written again with
more in it. What is folded for good replaces the events before the edge of the horizon.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Raw, Struct, field
from msgspec.msgpack import Encoder

from monitor.core.changes import Changes
from monitor.core.domain import Domain
from monitor.core.event import Event
from monitor.core.frozen import freeze
from monitor.core.notification import Notification
from monitor.core.publish import Publisher
from monitor.core.step import Book
from monitor.ledger.records import (
    BASE,
    EVENTS,
    KEY,
    VERSION,
    BasePiece,
    KeyState,
    Said,
    SealedSegment,
    key_of,
    said_key,
    write,
)

#: A record of events takes no more once it has so many, or so many bytes: each event that comes
#: alone writes the others of its record again.
SEGMENT_EVENTS: Final = 4
SEGMENT_BYTES: Final = 4096
PIECE_BYTES: Final = 8192

#: key, and value; None removes what stood under the key
LedgerRecord = tuple[bytes, bytes | None]

_encode = Encoder().encode


class Shelf(Struct):
    """What is written of one outage key."""

    #: the number of each segment, and its newest event
    segments: dict[int, int] = field(default_factory=dict)
    #: the number of the last segment
    number: int = 0
    due: int | None = None
    names: list[tuple[int, int]] = field(default_factory=list)
    pieces: int = 0
    #: what the base was when it was written, roughly
    base: tuple[int, int, int] | None = None
    #: ledger keys of the published crossings, by the instant in the id
    said: dict[int, set[bytes]] = field(default_factory=dict)
    #: the last segment, while it takes more
    tail: list[Raw] = field(default_factory=list)
    tail_bytes: int = 0

    @property
    def records(self) -> int:
        """How many records there are of it; pieces of a base are known once it is awake."""
        return 1 + len(self.segments) + self.pieces + sum(map(len, self.said.values()))


class Keeper:
    """Knows what the ledger of one partition holds, and what must be written next."""

    def __init__(self, shelves: dict[str, Shelf] | None = None) -> None:
        """Start with an empty ledger, or with what was read back."""
        self.shelves: dict[str, Shelf] = {} if shelves is None else shelves

    def collect(self, book: Book, changes: Changes, offset: int) -> list[LedgerRecord]:
        """Return the records that say what changed up to an offset of inputs."""
        records: list[LedgerRecord] = []
        for key in changes.filed.keys() | changes.touched:
            publisher = book.publishers.get(key)
            if publisher is not None:
                records += self._touched(publisher, changes.filed.get(key, ()), offset)
        records += [self._said(notification) for notification in changes.said]
        for key, (edge_us, forgotten) in changes.settled.items():
            if publisher := book.publishers.get(key):
                records += self._settled(publisher.domain, edge_us, forgotten, offset)
            else:
                records += _all_gone(key, self.shelves.pop(key, Shelf()))
        return records

    def _touched(
        self, publisher: Publisher, events: Sequence[Event], offset: int
    ) -> Iterator[LedgerRecord]:
        key = publisher.domain.outage_key
        shelf = self._shelf(key)
        due, names = publisher.domain.due, list(publisher.names.items())
        if events:
            yield from _filed(key, shelf, events, due, offset)
        if names != shelf.names or (due != shelf.due and not events):
            yield key_of(KEY, key), write(KeyState(VERSION, offset, due, names))
        shelf.due, shelf.names = due, names

    def _shelf(self, key: str) -> Shelf:
        shelf = self.shelves.get(key)
        if shelf is None:
            shelf = self.shelves[key] = Shelf()
        return shelf

    def _said(self, n: Notification) -> LedgerRecord:
        named_us = n.named_us
        key = said_key(n.outage_key, named_us, n.rule.rule, n.cell)
        self._shelf(n.outage_key).said.setdefault(named_us, set()).add(key)
        return key, write(Said(VERSION, named_us, n))

    def _settled(
        self, domain: Domain, edge_us: int, forgotten: Iterable[int], offset: int
    ) -> Iterator[LedgerRecord]:
        key = domain.outage_key
        shelf = self._shelf(key)
        for named_us in forgotten:
            yield from ((said, None) for said in shelf.said.pop(named_us, ()))
        if mark(domain) != shelf.base:
            shelf.base = mark(domain)
            yield from _base(key, shelf, domain, edge_us)
        if old := [n for n, newest_us in shelf.segments.items() if newest_us < edge_us]:
            yield from _dropped(key, shelf, old)
            # They said the deadline, too.
            yield key_of(KEY, key), write(KeyState(VERSION, offset, shelf.due, shelf.names))


def mark(domain: Domain) -> tuple[int, int, int]:
    """Return what changes whenever the base of a domain does."""
    return (domain.base.moment, len(domain.base.alarms), len(domain.base.outages))


def _filed(
    key: str, shelf: Shelf, events: Sequence[Event], due: int | None, offset: int
) -> Iterator[LedgerRecord]:
    """Write events into the last segment while it takes more, then into new ones."""
    unwritten = False
    for event in events:
        raw = _encode(event)
        full = len(shelf.tail) >= SEGMENT_EVENTS or shelf.tail_bytes + len(raw) > SEGMENT_BYTES
        if full or not shelf.tail:
            if unwritten:
                yield _segment(key, shelf, due, offset)
            shelf.tail, shelf.tail_bytes = [], 0
            shelf.number += 1
        shelf.tail.append(Raw(raw))
        shelf.tail_bytes += len(raw)
        newest_us = shelf.segments.get(shelf.number, event.time_us)
        shelf.segments[shelf.number] = max(newest_us, event.time_us)
        unwritten = True
    yield _segment(key, shelf, due, offset)


def _segment(key: str, shelf: Shelf, due: int | None, offset: int) -> LedgerRecord:
    newest_us = shelf.segments[shelf.number]
    sealed = SealedSegment(VERSION, offset, due, newest_us, shelf.tail)
    return key_of(EVENTS, key, shelf.number), write(sealed)


def _dropped(key: str, shelf: Shelf, numbers: list[int]) -> Iterator[LedgerRecord]:
    for number in numbers:
        del shelf.segments[number]
        yield key_of(EVENTS, key, number), None
    if shelf.number not in shelf.segments:
        shelf.tail, shelf.tail_bytes = [], 0


def _base(key: str, shelf: Shelf, domain: Domain, edge_us: int) -> Iterator[LedgerRecord]:
    """Write the base anew, in pieces, and remove those that are left over."""
    data = _encode(freeze(domain.base))
    pieces = [data[i : i + PIECE_BYTES] for i in range(0, len(data), PIECE_BYTES)]
    for number, piece in enumerate(pieces):
        value = write(BasePiece(VERSION, edge_us, len(pieces), piece))
        yield key_of(BASE, key, number), value
    for number in range(len(pieces), shelf.pieces):
        yield key_of(BASE, key, number), None
    shelf.pieces = len(pieces)


def _all_gone(key: str, shelf: Shelf) -> Iterator[LedgerRecord]:
    yield from ((key_of(EVENTS, key, number), None) for number in shelf.segments)
    yield from ((key_of(BASE, key, number), None) for number in range(shelf.pieces))
    yield from ((said, None) for keys in shelf.said.values() for said in keys)
    yield key_of(KEY, key), None
