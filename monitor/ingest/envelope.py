"""The records of `outage-inputs`: envelopes of alarm events, ticks, and the rules that decide.

All are one shape: items, and a tick. Whoever reads a record applies its items first, then its
tick; a record without items is a plain tick. An envelope is bounded in alarms and in bytes; an
event that alone exceeds the bytes travels alone.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from aiokafka.partitioner import murmur2
from msgspec import Raw, Struct, msgpack
from msgspec.msgpack import Decoder, Encoder

from monitor.core.duty_state import Action
from monitor.core.event import Event
from monitor.core.reading import Reading

VERSION: Final = 1
MAX_ALARMS: Final = 500
MAX_BYTES: Final = 512 * 1024


class Item(Struct, frozen=True, array_like=True, gc=False):
    """One alarm event and the record it came from."""

    topic: str
    partition: int
    offset: int
    event: Event


class ActionItem(Struct, frozen=True, array_like=True, gc=False):
    """What somebody did, and the record that says so."""

    topic: str
    partition: int
    offset: int
    action: Action


class Tick(Struct, frozen=True, array_like=True, gc=False):
    """Evidence: what arrived before `up_to_us` in a source partition has been forwarded."""

    #: (topic, partitions): all there is to hear of, confirmed or not
    sources: tuple[tuple[str, int], ...] = ()
    #: (topic, partition, up_to_us)
    confirmed: tuple[tuple[str, int, int], ...] = ()
    #: no evidence at all: the wall clock, as nobody has confirmed the input for too long
    stalled_us: int | None = None


class Rules(Struct, frozen=True, array_like=True):
    """What decides besides alarms; a change of it is a record of the durable input, too."""

    reading: Reading
    merge_gap_us: int
    lateness_horizon_us: int
    #: the hash that names all packs together
    policy_set: str


class InputRecord(Struct, frozen=True, array_like=True, gc=False):
    """One record of `outage-inputs`: an envelope, or a tick if it has no items."""

    version: int
    items: tuple[Item, ...]
    tick: Tick
    #: from `from_offset` of this partition on, these rules decide
    rules: Rules | None = None
    from_offset: int = 0
    #: what people did; applied after the items and the tick
    actions: tuple[ActionItem, ...] = ()


class _Sealed(Struct, frozen=True, array_like=True, gc=False):
    """The same, with items that are bytes already."""

    version: int
    items: list[Raw]
    tick: Tick


#: The items of one envelope, encoded.
Packed = list[Raw]

_encode = Encoder().encode
_decode = Decoder(InputRecord).decode


@lru_cache(maxsize=1 << 16)
def target_partition(outage_key: str, partitions: int) -> int:
    """Return the partition of `outage-inputs` that an outage key belongs to."""
    return int(murmur2(outage_key.encode()) & 0x7FFFFFFF) % partitions


def pack(
    items: Iterable[Item],
    partitions: int,
    *,
    max_alarms: int = MAX_ALARMS,
    max_bytes: int = MAX_BYTES,
) -> dict[int, list[Packed]]:
    """Return the envelopes of each target partition; every outage key keeps its order."""
    bound: dict[int, list[Raw]] = {}
    for item in items:
        target = target_partition(item.event.outage_key, partitions)
        bound.setdefault(target, []).append(Raw(_encode(item)))
    return {t: list(_bounded(raw, max_alarms, max_bytes)) for t, raw in bound.items()}


def _bounded(items: list[Raw], max_alarms: int, max_bytes: int) -> Iterator[Packed]:
    envelope: Packed = []
    size = 0
    for item in items:
        length = memoryview(item).nbytes
        if envelope and (len(envelope) == max_alarms or size + length > max_bytes):
            yield envelope
            envelope, size = [], 0
        envelope.append(item)
        size += length
    yield envelope


def seal(envelope: Packed, tick: Tick) -> bytes:
    """Return the bytes of an envelope with its tick; an empty one is a plain tick."""
    return _encode(_Sealed(VERSION, envelope, tick))


def seal_rules(rules: Rules, from_offset: int) -> bytes:
    """Return the bytes of a record that says which rules decide from an offset on."""
    return _encode(InputRecord(VERSION, (), Tick(), rules, from_offset))


def seal_stall(stalled_us: int) -> bytes:
    """Return the bytes of a tick of the wall clock, without evidence."""
    return _encode(InputRecord(VERSION, (), Tick(stalled_us=stalled_us)))


def seal_actions(actions: Iterable[ActionItem]) -> bytes:
    """Return the bytes of a record of what people did; it says nothing about time."""
    return _encode(InputRecord(VERSION, (), Tick(), actions=tuple(actions)))


class NewerError(RuntimeError):
    """Raised when a record was written by a newer release."""


def unseal(value: bytes) -> InputRecord:
    """Read a record of `outage-inputs`; raises ValueError if it is none.

    Raises NewerError if a newer release wrote it: this one must not guess what it means.
    """
    try:
        record = _decode(value)
    except ValueError:
        _refuse_newer(value)
        raise
    if record.version > VERSION:
        _refuse_newer(value)
    return record


def _refuse_newer(value: bytes) -> None:
    version = _decode_version(value)
    if version > VERSION:
        message = (
            f"an input record has version {version}, this release knows {VERSION}: "
            "run the newer release"
        )
        raise NewerError(message)


def _decode_version(value: bytes) -> int:
    """Return the version of a record whatever its form; 0 if it is no record at all."""
    try:
        first = msgpack.decode(value, type=list)[0]
    except (ValueError, IndexError):
        return 0
    return first if isinstance(first, int) else 0
