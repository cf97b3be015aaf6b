"""The records of the ledger: what stands under which key, and in which form.

A key says the kind of its record, the outage key, and what tells records of one kind apart. A value
is an array that begins with the version of its form: a newer release reads what an older one wrote.
No record grows with its outage; what would is cut into several.
"""

from typing import Final, TypeVar

from msgspec import Raw, Struct
from msgspec.msgpack import Decoder, Encoder, decode

from monitor.core.duty_state import Obligation, Taken
from monitor.core.event import Effect, Event
from monitor.core.law import Cell
from monitor.core.notification import Notification
from monitor.core.written import duration_text
from monitor.ingest.envelope import NewerError, Rules

VERSION: Final = 1

#: How far the partition was applied, and what is known of time.
PROGRESS: Final = "progress"
#: Some events of an outage key, in order of arrival.
EVENTS: Final = "events"
#: The ids of an outage key, and when to look at it next.
KEY: Final = "key"
#: A piece of what was folded for good.
BASE: Final = "base"
#: The last revision of one crossing.
SAID: Final = "said"
#: An outage key on which the program itself fails.
FAULTY: Final = "faulty"
#: One obligation as it was changed last; the key goes on with its id.
DUTY: Final = "duty"
#: An action that was taken for an obligation; the key goes on with its number.
ACTION: Final = "action"
#: An outage key on whose obligations the program itself fails.
FAULTY_DUTIES: Final = "faulty duties"

T = TypeVar("T", bound="Versioned")


class Versioned(Struct, frozen=True, array_like=True, gc=False):
    """What every value begins with."""

    version: int


class Progress(Versioned, frozen=True, array_like=True):
    """How far a partition of inputs was applied, and what is known of time."""

    #: the next record of inputs that is to be applied
    next_offset: int
    #: the clock as a moment, and the edge of the horizon as last settled
    clock: int
    settled_us: int
    #: (topic, partition, confirmed up to)
    sources: list[tuple[str, int, int | None]]
    stalled: bool
    #: statuses of all outages were written that changed before this offset
    told_offset: int
    rules: Rules


class Segment(Versioned, frozen=True, array_like=True):
    """Some events of an outage key, and when it must be looked at next."""

    offset: int
    due: int | None
    newest_us: int
    events: list[Event]


class RawSegment(Versioned, frozen=True, array_like=True):
    """The same, with events that are bytes."""

    offset: int
    due: int | None
    newest_us: int
    events: Raw


class SealedSegment(Versioned, frozen=True, array_like=True):
    """The same, to be written."""

    offset: int
    due: int | None
    newest_us: int
    events: list[Raw]


class KeyState(Versioned, frozen=True, array_like=True):
    """The ids of an outage key: (instant in the id, first onset as last known)."""

    offset: int
    due: int | None
    names: list[tuple[int, int]]


class BasePiece(Versioned, frozen=True, array_like=True):
    """One of several pieces; all events before the edge are in them."""

    edge_us: int
    pieces: int
    data: bytes


class Said(Versioned, frozen=True, array_like=True):
    """The last revision of one crossing, as published."""

    named_us: int
    notification: Notification


class Duty(Versioned, frozen=True, array_like=True):
    """One obligation, also while nobody was told of it."""

    obligation: Obligation


class ActionTaken(Versioned, frozen=True, array_like=True):
    """An action, as it was taken for one obligation."""

    taken: Taken


class Faulty(Versioned, frozen=True, array_like=True):
    """Why an outage key is left alone."""

    error: str


_encode = Encoder().encode
_decoders: dict[type[Versioned], Decoder[Versioned]] = {}


def key_of(kind: str, *parts: str | int) -> bytes:
    """Return the key of a record."""
    return _encode((kind, *parts))


def parts_of(key: bytes) -> list[str | int]:
    """Return the kind and the parts of a key."""
    parts: list[str | int] = decode(key)
    return parts


def said_key(outage_key: str, named_us: int, rule: str, cell: Cell | Effect) -> bytes:
    """Return the key of the last revision of a crossing."""
    if isinstance(cell, Cell):
        cell = (duration_text(cell.duration_us) or "any", str(cell.end_users))
    return key_of(SAID, outage_key, named_us, rule, *cell)


def write(value: Versioned) -> bytes:
    """Return the bytes of a value."""
    return _encode(value)


def read(kind: type[T], value: bytes) -> T:
    """Read a value; raises NewerError if a newer release wrote it."""
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = Decoder(kind)
    try:
        record = decoder.decode(value)
    except ValueError:
        _refuse_newer(read_version(value))
        raise
    _refuse_newer(record.version)
    return record  # type: ignore[return-value]  # the decoder of this kind


def read_version(value: bytes) -> int:
    """Return the version of a value of any kind."""
    version: int = decode(value)[0]
    return version


def _refuse_newer(version: int) -> None:
    if version > VERSION:
        message = (
            f"a ledger record has version {version}, this release knows {VERSION}: "
            "run the newer release, or rebuild the ledger with `outage-monitor ledger rebuild`"
        )
        raise NewerError(message)
