"""One partition of `outage-inputs`: its book, its time, and what one record more makes of them.

Pure but for the status, which is throttled by real time: what is published depends on the records
and their time stamps alone, so reading them again gives the same.
"""

import time
from collections.abc import Iterable
from itertools import chain

from monitor.core.changes import Changes
from monitor.core.moment import time_of
from monitor.core.notification import outage_id
from monitor.decide.applied import Applied
from monitor.decide.applying import Applying
from monitor.decide.budget import Budget
from monitor.decide.status import Status, Statuses
from monitor.ingest.envelope import InputRecord
from monitor.ledger.duties import DutyKeeper
from monitor.ledger.keeper import Keeper, LedgerRecord
from monitor.ledger.records import (
    FAULTY,
    FAULTY_DUTIES,
    PROGRESS,
    VERSION,
    Faulty,
    Progress,
    key_of,
    write,
)
from monitor.ledger.restore import Restored


class Partition(Applying):
    """The state of one partition; whoever is assigned the partition holds it."""

    def __init__(
        self, restored: Restored, *, sources: Iterable[str], budget: Budget | None = None
    ) -> None:
        """Begin with what the ledger says; `sources` are the topics that alarms come from."""
        super().__init__(restored.book)
        self.statuses = Statuses(self.book, budget=budget)
        self.statuses.touched(restored.untold)
        self.faulty = _errors(restored.faulty)
        self.faulty_duties = _errors(restored.faulty_duties)
        self._keeper = restored.keeper
        self._duty_keeper = DutyKeeper()
        #: ledger records of keys that were found to be faulty
        self._new_faults: list[LedgerRecord] = []
        #: the first change of each key that no status has told yet
        self._untold: dict[str, int] = {}
        self._told_offset = 0
        self._look_s = 0.0
        #: keys that could not be brought back
        self._restless: set[str] = set()
        self._restore(restored, sources)

    def _restore(self, restored: Restored, sources: Iterable[str]) -> None:
        alone = self.faulty_duties
        known = [o for o in restored.obligations if o.outage_key not in alone]
        taken = [t for t in restored.taken if t.action.outage_key not in alone]
        self.duties.restore(known, taken)
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
    def now_us(self) -> int:
        """The time up to which it has taken its input."""
        return time_of(self.book.clock)

    @property
    def changed(self) -> bool:
        """Whether anything must be written besides how far it is."""
        changes = self._changes
        news = changes.filed or changes.said or changes.settled or self._new_faults
        return bool(news or self._duty_keeper)

    @property
    def _changes(self) -> Changes:
        """What changed since it was last written down."""
        changes = self.book.changes
        assert changes is not None  # noqa: S101 - `Applying` sets it, and `written` sets it anew
        return changes

    def apply(self, offset: int, record: InputRecord, stamp_us: int) -> Applied:
        """Apply a record, and remember what of it must be written down."""
        applied = super().apply(offset, record, stamp_us)
        self._duty_keeper.note(
            (moved.obligation for moved in applied.moved),
            ((taken.action.outage_key, taken) for taken in applied.taken),
            applied.forgotten,
        )
        return applied

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

    # -- what is written

    def mark_faulty(self, outage_key: str, error: Exception) -> None:
        """Leave an outage key alone from now on: the program fails on it."""
        self.faulty[outage_key] = error
        self._new_faults.append(_fault(FAULTY, outage_key, error))
        self.book.asleep.pop(outage_key, None)

    def mark_faulty_duties(self, outage_key: str, error: Exception) -> None:
        """Leave the obligations of an outage key alone from now on, and them alone."""
        self.faulty_duties[outage_key] = error
        self._new_faults.append(_fault(FAULTY_DUTIES, outage_key, error))
        self.duties.leave_alone(outage_key)

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

    def told(self, monotonic_s: float, *, busy: bool = False) -> list[Status]:
        """Return the statuses that must be written now; fewer while more input waits."""
        self.note_statuses()
        said = self.statuses.due(monotonic_s, input_complete=not self.stalled, busy=busy)
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
        book.changes = Changes()
        news, self._new_faults = self._new_faults, []
        progress = Progress(
            VERSION, offset, book.clock, book.settled_us, self._time.state(), self.stalled,
            self._told_offset, self.rules,
        )  # fmt: skip
        last = (key_of(PROGRESS), write(progress))
        return [*chain(records, self._duty_keeper.collect(), news), last]


def _errors(texts: dict[str, str]) -> dict[str, Exception]:
    return {key: RuntimeError(text) for key, text in texts.items()}


def _fault(kind: str, outage_key: str, error: Exception) -> LedgerRecord:
    return key_of(kind, outage_key), write(Faulty(VERSION, repr(error)))
