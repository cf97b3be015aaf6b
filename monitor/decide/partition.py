"""One partition of `outage-inputs`: its book, its time, and what one record more makes of them.

Pure but for the status, which is throttled by real time: what is published depends on the records
and their time stamps alone, so reading them again gives the same.
"""

import time
from collections.abc import Iterable
from typing import NamedTuple

from monitor.core.changes import Changes
from monitor.core.law import Law
from monitor.core.moment import at
from monitor.core.notification import Notification, outage_id
from monitor.core.reading import Options
from monitor.core.step import Envelope, Record, step
from monitor.core.step import Tick as TimePasses
from monitor.decide.budget import Budget
from monitor.decide.now import InputTime
from monitor.decide.status import Status, Statuses
from monitor.ingest.envelope import InputRecord, Item, Rules
from monitor.ledger.keeper import Keeper, LedgerRecord
from monitor.ledger.records import FAULTY, PROGRESS, VERSION, Faulty, Progress, key_of, write
from monitor.ledger.restore import Restored


class FaultError(Exception):
    """Raised when the program itself fails on a record; what of it is known by then."""

    def __init__(
        self, offset: int, record: InputRecord, outage_key: str | None, error: Exception
    ) -> None:
        """Take the record, the outage key that was worked on, and what it failed with."""
        super().__init__(f"offset {offset}, outage key {outage_key}: {error!r}")
        self.offset, self.record, self.outage_key, self.error = offset, record, outage_key, error
        #: the number of the item, if it was one
        self.item: int | None = None


class Left(NamedTuple):
    """An item that was left out, as the program fails on it."""

    item: Item
    error: Exception


def rules_of(law: Law, options: Options) -> Rules:
    """Return what decides besides alarms."""
    horizon_us = options.lateness_horizon_us
    return Rules(options.reading, options.merge_gap_us, horizon_us, law.policy_set)


class Partition:
    """The state of one partition; whoever is assigned the partition holds it."""

    def __init__(
        self, restored: Restored, *, sources: Iterable[str], budget: Budget | None = None
    ) -> None:
        """Begin with what the ledger says; `sources` are the topics that alarms come from."""
        self.book = book = restored.book
        self._changes = book.changes = Changes()
        self.statuses = Statuses(book, budget=budget)
        self.statuses.touched(restored.untold)
        #: outage keys to leave alone, and why
        self.faulty: dict[str, Exception] = {
            key: RuntimeError(error) for key, error in restored.faulty.items()
        }
        self.stalled = False
        #: items that were left out since this was last asked
        self.left_out: list[Left] = []
        #: items to leave out: offset, number of the item; and why
        self.leave_out: dict[tuple[int, int], Exception] = {}
        self.next_offset: int | None = None
        self._keeper = restored.keeper
        self.rules = rules_of(book.law, book.options)
        self._time = InputTime()
        self._new_faults: dict[str, str] = {}
        #: the first change of each key that no status has told yet
        self._untold: dict[str, int] = {}
        self._told_offset = 0
        self._look_s = 0.0
        #: keys that could not be brought back
        self._restless: set[str] = set()
        #: whether other rules decided so far: all that holds must be compared
        self.rules_changed = False
        progress = restored.progress
        if progress is not None:
            self.next_offset, self.stalled = progress.next_offset, progress.stalled
            self._told_offset = progress.told_offset
            self._untold = dict.fromkeys(restored.untold, progress.told_offset)
            self._time.restore(progress.sources)
            self._time.only(sources)
            self.rules_changed = progress.rules != self.rules

    @property
    def keeper(self) -> Keeper:
        """What its ledger holds."""
        return self._keeper

    @property
    def changed(self) -> bool:
        """Whether anything must be written besides how far it is."""
        changes = self._changes
        return bool(changes.filed or changes.said or changes.settled or self._new_faults)

    @property
    def confirmed(self) -> dict[tuple[str, int], int | None]:
        """The time up to which each source partition is confirmed."""
        return {(topic, number): up_to_us for topic, number, up_to_us in self._time.state()}

    def apply(self, offset: int, record: InputRecord, detected_at_us: int) -> list[Notification]:
        """Apply the items of a record, then its tick; return what must be published."""
        said: list[Notification] = []
        if self.rules_changed:
            said += self._compare(detected_at_us)
        now_us = self._now_us(record)
        moment = None if now_us is None else at(now_us)
        if record.items and (items := self._usable(offset, record.items)):
            taken: Record = Envelope(tuple(item.event for item in items), moment)
            said += self._step(offset, record, taken, detected_at_us)
        elif moment is not None:
            said += self._step(offset, record, TimePasses(moment), detected_at_us)
        self.next_offset = offset + 1
        return said

    def rouse(self, until_s: float) -> None:
        """Wake keys that sleep, until a time (monotonic): figures are of those awake."""
        book = self.book
        while len(book.asleep) > len(self._restless) and time.monotonic() < until_s:
            key = next(key for key in book.asleep if key not in self._restless)
            sleeper = book.asleep[key]
            try:
                book.wake(key, book.clock)
            except Exception:  # noqa: BLE001 - whoever needs the key will fail, and say so
                book.asleep[key] = sleeper
                self._restless.add(key)

    def _compare(self, detected_at_us: int) -> list[Notification]:
        """Say what holds by the rules that decide now and was not published by the others."""
        book = self.book
        self.rules_changed = False
        for key in list(book.asleep):
            book.wake(key, book.clock)
        return book.say(set(book.publishers), detected_at_us)

    def _now_us(self, record: InputRecord) -> int | None:
        """Return the time up to which all input was seen, or said to be."""
        now_us = self._time.take(record.tick)
        clock = self.book.clock
        stalled_us = record.tick.stalled_us
        if stalled_us is not None:
            if at(stalled_us) > clock:
                self.stalled, now_us = True, stalled_us
        elif now_us is not None and at(now_us) >= clock:
            self.stalled = False
        self.book.input_complete = not self.stalled
        return now_us

    def _usable(self, offset: int, items: tuple[Item, ...]) -> list[Item]:
        """Return the items that the program does not fail on, and note the others."""
        if not (self.leave_out or self.faulty):
            return list(items)
        used = []
        for number, item in enumerate(items):
            error = self.leave_out.get((offset, number)) or self.faulty.get(item.event.outage_key)
            if error is None:
                used.append(item)
            else:
                self.left_out.append(Left(item, error))
        return used

    def _step(
        self, offset: int, record: InputRecord, taken: Record, stamp_us: int
    ) -> list[Notification]:
        book = self.book
        try:
            return step(book, taken, stamp_us)
        except Exception as error:
            fault = FaultError(offset, record, book.at_key, error)
            items = enumerate(record.items)
            fault.item = next((n for n, item in items if item.event is book.at_event), None)
            raise fault from error

    # -- what is written

    def mark_faulty(self, outage_key: str, error: Exception) -> None:
        """Leave an outage key alone from now on: the program fails on it."""
        self.faulty[outage_key] = error
        self._new_faults[outage_key] = repr(error)
        self.book.asleep.pop(outage_key, None)

    def note_statuses(self) -> None:
        """Note of which outages the status may have to be told."""
        changes = self._changes
        touched = changes.touched - self.faulty.keys()
        self.statuses.touched(touched)
        self.statuses.crossed(n for n in changes.said if n.outage_key in touched)
        for key, outages in changes.closed.items():
            named = [o.named_us for o in outages if o.named_us is not None]
            self.statuses.closed(outage_id(key, named_us) for named_us in named)
        for key in touched:
            self._untold.setdefault(key, self.next_offset or 0)

    def told(self, monotonic_s: float) -> list[Status]:
        """Return the statuses that must be written now."""
        self.note_statuses()
        said = self.statuses.due(monotonic_s, input_complete=not self.stalled)
        # An offset that is too low does no harm, and there may be many keys.
        if monotonic_s >= self._look_s:
            self._look_s = monotonic_s + 1.0
            unsaid = self.statuses.unsaid
            self._untold = {key: since for key, since in self._untold.items() if key in unsaid}
            self._told_offset = min(self._untold.values(), default=self.next_offset or 0)
        return said

    def written(self) -> list[LedgerRecord]:
        """Return the ledger records of all that changed since this was last asked."""
        book, offset = self.book, self.next_offset or 0
        records = self._keeper.collect(book, self._changes, offset)
        self._changes = book.changes = Changes()
        for key, error in self._new_faults.items():
            records.append((key_of(FAULTY, key), write(Faulty(VERSION, error))))
        self._new_faults = {}
        progress = Progress(
            VERSION, offset, book.clock, book.settled_us, self._time.state(), self.stalled,
            self._told_offset, self.rules,
        )  # fmt: skip
        return [*records, (key_of(PROGRESS), write(progress))]
