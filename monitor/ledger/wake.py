"""One outage key, brought back into memory from what is written of it."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct, field
from msgspec.msgpack import Decoder
from msgspec.structs import replace

from monitor.core.domain import Domain
from monitor.core.event import Event
from monitor.core.fold import Fold
from monitor.core.frozen import FrozenFold, thaw
from monitor.core.law import AnyRule, Law
from monitor.core.publish import Publisher
from monitor.core.reading import Options
from monitor.ledger.keeper import Shelf, mark
from monitor.ledger.records import BasePiece, RawSegment, Said

_decode_events: Final = Decoder(list[Event]).decode
_decode_base: Final = Decoder(FrozenFold).decode
_LONG_AGO_US: Final = -(1 << 62)


class IncompleteError(RuntimeError):
    """Raised when records are missing that belong to others that are there."""


class Written(Struct):
    """All that is written of one outage key."""

    shelf: Shelf = field(default_factory=Shelf)
    #: the offset of inputs at which it was last written
    offset: int = -1
    segments: dict[int, RawSegment] = field(default_factory=dict)
    pieces: dict[int, BasePiece] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)


class World(Struct):
    """What all keys share."""

    law: Law
    options: Options
    #: the rules of the law by themselves: what is read back becomes the very same object
    rules: dict[AnyRule, AnyRule]
    #: whether what is found is known to have been published; otherwise it is compared
    quiet: bool


def wake(key: str, written: Written, world: World, clock: int) -> Publisher:
    """Return the state of an outage key as it was at a clock."""
    domain = Domain(key, world.law, world.options)
    edge_us = _LONG_AGO_US
    if written.pieces:
        domain.base, edge_us = _base(domain, written.pieces, world)
    written.shelf.pieces, written.shelf.base = len(written.pieces), mark(domain)
    domain.restore(list(_events(written, edge_us)), clock)
    publisher = Publisher(domain)
    for said in written.said:
        rule = said.notification.rule
        notification = replace(said.notification, rule=world.rules.get(rule, rule))
        published = publisher.published.setdefault(said.named_us, {})
        published[rule.rule, notification.cell] = notification
    publisher.restored(dict(written.shelf.names), quiet=world.quiet)
    return publisher


def _events(written: Written, edge_us: int) -> Iterator[Event]:
    """Yield events in order of arrival; those before the edge were folded for good."""
    for number in sorted(written.segments):
        for event in _decode_events(written.segments[number].events):
            if event.time_us >= edge_us:
                yield event


def _base(domain: Domain, pieces: dict[int, BasePiece], world: World) -> tuple[Fold, int]:
    """Return what was folded for good, and up to which time."""
    first = pieces.get(0)
    if first is None or len(pieces) != first.pieces:
        message = f"pieces of what was folded for good are missing: {domain.outage_key}"
        raise IncompleteError(message)
    data = b"".join(pieces[number].data for number in range(first.pieces))
    return thaw(_decode_base(data), domain.country, world.law, world.options), first.edge_us
