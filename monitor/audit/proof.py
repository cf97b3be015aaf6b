"""The inputs of an audit, each found to be whole and named by the hash of its content."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct

from monitor.audit.edges import Edges
from monitor.ingest.envelope import Rules
from monitor.recorded.inputs import input_record
from monitor.recorded.model import End, Head, Range, Row
from monitor.recorded.read import Recording, is_recording
from monitor.replay.lines import InputError, Lines


class Proof(Struct, frozen=True):
    """A file, and the SHA-256 of its content, whatever its compression."""

    name: str
    sha256: str
    lines: int


class Decided(NamedTuple):
    """Which rules decide in a partition from an offset on, and when that was written."""

    partition: int
    from_offset: int
    written_us: int
    rules: Rules


class Taped(NamedTuple):
    """A recording that was read once."""

    proof: Proof
    head: Head
    end: End
    decided: list[Decided]


def proof(name: str) -> Proof:
    """Read a file of lines, and hash what it holds."""
    lines, digest, count = Lines(name), hashlib.sha256(), 0
    for number, line, _ in lines:
        digest.update(line)
        digest.update(b"\n")
        count = number
    return Proof(lines.name, digest.hexdigest(), count)


def taped(name: str) -> Taped:
    """Read a recording; raises InputError if it is not whole."""
    recording, decided = Recording(name), list[Decided]()
    inputs = recording.head.topic("inputs")

    def look(line: int, row: Row) -> None:
        if inputs is None or row.topic != inputs.name:
            return
        record = input_record(name, line, row)
        if record is not None and record.rules is not None:
            stamp_us = row.timestamp_ms * 1000
            decided.append(Decided(row.partition, record.from_offset, stamp_us, record.rules))

    end = recording.verified(look)
    shown = Proof(recording.name, end.sha256, end.records)
    return Taped(shown, recording.head, end, decided)


def in_order(tapes: Sequence[Taped]) -> list[Taped]:
    """Return recordings of inputs one after the other; raises InputError if any are missing."""
    ordered = sorted(tapes, key=lambda t: [(r.begin, r.end) for r in _ranges(t)])
    read_to: dict[int, int] = {}
    for tape in ordered:
        for one in _ranges(tape):
            before = read_to.get(one.partition)
            if before is not None and one.begin > before:
                message = (
                    f"{tape.proof.name}: partition {one.partition} of the inputs begins at "
                    f"{one.begin}, and the recording before it ends at {before}; name the "
                    "recording of what lies between, too"
                )
                raise InputError(message)
            read_to[one.partition] = max(before or 0, one.end)
    return ordered


def begins_in_the_midst(tapes: Sequence[Taped], role: str) -> bool:
    """Whether something lies before what was recorded of a topic."""
    first: dict[int, int] = {}
    for tape in tapes:
        for one in _ranges(tape, role):
            first[one.partition] = min(one.begin, first.get(one.partition, one.begin))
    if any(begin > 0 for begin in first.values()):
        return True
    # A time as its beginning may have left out records at the beginning of a topic.
    return any(tape.head.since is not None and not tape.head.since.isdecimal() for tape in tapes)


def edges_of_inputs(tapes: Sequence[Taped], *, midst: bool) -> Edges:
    """Return what recorded inputs cover, by arrival."""
    counts = [c for tape in tapes for c in tape.end.partitions if c.topic == _name(tape, "inputs")]
    decided: dict[int, int] = {}
    for tape in tapes:
        for one in _ranges(tape):
            if one.decided_to is not None:
                decided[one.partition] = max(one.decided_to, decided.get(one.partition, 0))
    least = min((count.least_ms for count in counts), default=None)
    latest = max((count.latest_ms for count in counts), default=None)
    return Edges(
        begin_us=least * 1000 if midst and least is not None else None,
        end_us=None if latest is None else latest * 1000,
        decided_to=decided,
        arrival=True,
    )


def _name(tape: Taped, role: str) -> str | None:
    topic = tape.head.topic(role)
    return None if topic is None else topic.name


def _ranges(tape: Taped, role: str = "inputs") -> tuple[Range, ...]:
    topic = tape.head.topic(role)
    return () if topic is None else topic.ranges


def recordings(names: Sequence[str]) -> list[str]:
    """Return those of some files that are recordings."""
    return [name for name in names if is_recording(name)]
