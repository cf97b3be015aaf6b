"""From the records of a ledger to the book they describe.

Keys are brought back into memory when something happens to them or their time has come, so that a
million alarms are taken over in seconds.
"""

from collections.abc import Iterable
from functools import partial
from typing import cast

from msgspec import Struct, field

from monitor.core.duty_state import Obligation, Taken
from monitor.core.law import Law
from monitor.core.reading import Options
from monitor.core.step import Book
from monitor.ingest.envelope import Rules
from monitor.ledger.keeper import Keeper, LedgerRecord
from monitor.ledger.records import (
    ACTION,
    BASE,
    DUTY,
    EVENTS,
    FAULTY,
    FAULTY_DUTIES,
    KEY,
    PROGRESS,
    SAID,
    ActionTaken,
    BasePiece,
    Duty,
    Faulty,
    KeyState,
    Progress,
    RawSegment,
    Said,
    parts_of,
    read,
)
from monitor.ledger.wake import World, Written, wake


class Restored(Struct):
    """What a ledger says; `progress` is None if it is empty."""

    book: Book
    keeper: Keeper
    progress: Progress | None
    #: outage keys that are left alone, each with the error
    faulty: dict[str, str]
    #: outage keys whose status may not have been written
    untold: list[str]
    obligations: list[Obligation] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    #: outage keys of which the obligations are left alone, each with the error
    faulty_duties: dict[str, str] = field(default_factory=dict)


class _Duties(Struct):
    """What is written about obligations."""

    obligations: list[Obligation] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    faulty: dict[str, str] = field(default_factory=dict)

    def take(self, kind: str, outage_key: str, value: bytes) -> bool:
        """Take a record; False if it is about something else."""
        if kind == DUTY:
            self.obligations.append(read(Duty, value).obligation)
        elif kind == ACTION:
            self.taken.append(read(ActionTaken, value).taken)
        elif kind == FAULTY_DUTIES:
            self.faulty[outage_key] = read(Faulty, value).error
        else:
            return False
        return True


class Reader:
    """Takes the records of one ledger partition in their order; the last one of a key counts."""

    def __init__(self) -> None:
        """Start with nothing read."""
        self._latest: dict[bytes, bytes] = {}
        self.records = 0

    def take(self, records: Iterable[LedgerRecord]) -> None:
        """Take records as they stand in the topic."""
        latest = self._latest
        for key, value in records:
            self.records += 1
            if value is None:
                latest.pop(key, None)
            else:
                latest[key] = value

    def restored(self, law: Law, options: Options, *, rules: Rules | None = None) -> Restored:
        """Return the book; what other rules than these decided will be compared anew."""
        progress: Progress | None = None
        written: dict[str, Written] = {}
        faulty: dict[str, str] = {}
        duties = _Duties()
        for key, value in self._latest.items():
            kind, *parts = parts_of(key)
            if kind == PROGRESS:
                progress = read(Progress, value)
            elif kind == FAULTY:
                faulty[str(parts[0])] = read(Faulty, value).error
            elif not duties.take(str(kind), name := cast("str", parts[0]), value):
                of_key = written.get(name)
                if of_key is None:
                    of_key = written[name] = Written()
                _sort(of_key, str(kind), parts, key, value)
        self._latest = {}
        quiet = rules is None or progress is None or progress.rules == rules
        restored = _restored(progress, written, faulty, law, options, quiet=quiet)
        restored.obligations, restored.taken = duties.obligations, duties.taken
        restored.faulty_duties = duties.faulty
        return restored


def _sort(of_key: Written, kind: str, parts: list[str | int], key: bytes, value: bytes) -> None:
    """Put one record to the others of its outage key."""
    shelf = of_key.shelf
    if kind == EVENTS:
        number, segment = cast("int", parts[1]), read(RawSegment, value)
        of_key.segments[number] = segment
        shelf.segments[number] = segment.newest_us
        shelf.number = max(shelf.number, number)
        _due(of_key, segment.offset, segment.due)
    elif kind == KEY:
        state = read(KeyState, value)
        shelf.names = state.names
        _due(of_key, state.offset, state.due)
    elif kind == BASE:
        of_key.pieces[cast("int", parts[1])] = read(BasePiece, value)
    elif kind == SAID:
        said = read(Said, value)
        of_key.said.append(said)
        shelf.said.setdefault(said.named_us, set()).add(key)


def _due(of_key: Written, offset: int, due: int | None) -> None:
    """Keep the deadline that was written last."""
    if offset >= of_key.offset:
        of_key.offset, of_key.shelf.due = offset, due


def _restored(
    progress: Progress | None,
    written: dict[str, Written],
    faulty: dict[str, str],
    law: Law,
    options: Options,
    *,
    quiet: bool,
) -> Restored:
    book = Book(law, options)
    told = -1
    if progress is not None:
        book.clock, book.settled_us, told = (
            progress.clock,
            progress.settled_us,
            progress.told_offset,
        )
    shelves, untold = {}, []
    world = World(law, options, {rule: rule for rule in law.rules}, quiet)
    for key, of_key in written.items():
        shelves[key] = of_key.shelf
        if key in faulty:
            continue
        book.asleep[key] = partial(wake, key, of_key, world)
        book.expect(key, of_key.shelf.due)
        if of_key.offset >= told:
            untold.append(key)
    return Restored(book, Keeper(shelves), progress, faulty, untold)
