"""What follows from the records of one partition of inputs, one after the other: pure.

    applying = Applying(Book(law, options))
    for offset, record, stamp_us in records:
        applied = applying.apply(offset, record, stamp_us)

This is all that decides. The worker writes down what it returns; whoever has recorded inputs gets
the same from them (`follow`). What follows depends on the records and their time stamps alone.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from monitor.core.changes import Changes
from monitor.core.clearing import clears
from monitor.core.duties import Duties
from monitor.core.duty_act import Problem
from monitor.core.law import Law
from monitor.core.moment import at, time_of
from monitor.core.notification import Notification
from monitor.core.reading import Options
from monitor.core.step import Book, Envelope, Record, step
from monitor.core.step import Tick as TimePasses
from monitor.decide.applied import Applied, FaultError, Left, Moved, Refused
from monitor.decide.now import InputTime
from monitor.ingest.envelope import ActionItem, InputRecord, Item, Rules

_DAY_US: Final = 86_400_000_000
#: An obligation that is over is kept for so long: as long as the inputs that it follows from.
KEPT_US: Final = 400 * _DAY_US

#: A record of inputs, and its offset.
_Where = tuple[int, InputRecord]


def rules_of(law: Law, options: Options) -> Rules:
    """Return what decides besides alarms."""
    horizon_us = options.lateness_horizon_us
    return Rules(options.reading, options.merge_gap_us, horizon_us, law.policy_set)


class Applying:
    """The state of one partition of inputs, as far as it decides anything."""

    def __init__(self, book: Book) -> None:
        """Take a book, with all that is known."""
        self.book = book
        book.changes = Changes()
        self.duties = Duties(book)
        self.rules = rules_of(book.law, book.options)
        #: whether other rules decided so far: all that holds must be compared
        self.rules_changed = False
        self.stalled = False
        self.next_offset: int | None = None
        #: outage keys to leave alone, and why; and those of which only the obligations
        self.faulty: dict[str, Exception] = {}
        self.faulty_duties: dict[str, Exception] = {}
        #: items and actions to leave out: offset, number; and why
        self.leave_out: dict[tuple[int, int], Exception] = {}
        self.leave_out_actions: dict[tuple[int, int], Exception] = {}
        #: items that were left out since this was last asked
        self.left_out: list[Left] = []
        self._time = InputTime()
        self._day: int | None = None

    @property
    def confirmed(self) -> dict[tuple[str, int], int | None]:
        """The time up to which each source partition is confirmed."""
        return {(topic, number): up_to_us for topic, number, up_to_us in self._time.state()}

    def apply(self, offset: int, record: InputRecord, stamp_us: int) -> Applied:
        """Apply the items of a record, then its tick, then its actions."""
        applied, where = Applied(), (offset, record)
        if self.rules_changed:
            self._said(applied, self._compare(stamp_us), where, stamp_us)
        now_us = self._now_us(record)
        moment = None if now_us is None else at(now_us)
        taken: Record | None = None if moment is None else TimePasses(moment)
        if record.items and (items := self._usable(offset, record.items)):
            taken = Envelope(tuple(item.event for item in items), moment)
        if taken is not None:
            self._said(applied, self._step(where, taken, stamp_us), where, stamp_us)
        for number, item in enumerate(record.actions):
            self._act(applied, where, number, item, stamp_us)
        self._forget(applied)
        self.next_offset = offset + 1
        return applied

    def begin_anew(self) -> None:
        """Forget what changed so far, which nobody writes down."""
        book = self.book
        for key in book.changes.touched if book.changes else ():
            if publisher := book.publishers.get(key):
                publisher.given_up.clear()
        book.changes = Changes()

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

    def _step(self, where: _Where, taken: Record, stamp_us: int) -> list[Notification]:
        book, (offset, record) = self.book, where
        try:
            return step(book, taken, stamp_us)
        except Exception as error:
            fault = FaultError(offset, record, book.at_key, error)
            items = enumerate(record.items)
            fault.item = next((n for n, item in items if item.event is book.at_event), None)
            raise fault from error

    # -- duties

    def _said(
        self, applied: Applied, said: list[Notification], where: _Where, stamp_us: int
    ) -> None:
        """Take what was said, and what it means for the duties."""
        applied.notifications += said
        if self.faulty_duties:
            said = [n for n in said if n.outage_key not in self.faulty_duties]
        try:
            changes = self.duties.take(said, stamp_us)
        except Exception as error:
            fault = FaultError(*where, self.duties.at_key, error)
            fault.duties = True
            raise fault from error
        applied.moved += [Moved(*change, stamp_us) for change in changes]

    def _act(
        self, applied: Applied, where: _Where, number: int, item: ActionItem, stamp_us: int
    ) -> None:
        """Take an action, or say why it cannot be taken."""
        key = item.action.outage_key
        why = (
            self.leave_out_actions.get((where[0], number))
            or self.faulty_duties.get(key)
            or (self.faulty.get(key) if item.action.kind == "clear" else None)
        )
        if why is not None:
            applied.refused.append(Refused(item, why))
            return
        try:
            self._take_action(applied, where, item, stamp_us)
        except Exception as error:  # noqa: BLE001 - it is raised again, with what is known of it
            fault = error if isinstance(error, FaultError) else FaultError(*where, key, error)
            fault.action = number
            raise fault from error.__cause__ or error

    def _take_action(
        self, applied: Applied, where: _Where, item: ActionItem, stamp_us: int
    ) -> None:
        action = item.action
        if action.kind == "clear":
            about = self.duties.about(action)
            events = about if isinstance(about, Problem) else clears(self.book, action)
            if isinstance(events, Problem):
                applied.refused.append(Refused(item, events))
                return
            cleared = Envelope(tuple(events))
            self._said(applied, self._step(where, cleared, stamp_us), where, stamp_us)
        outcome = self.duties.act(action)
        if outcome.problem is not None:
            applied.refused.append(Refused(item, outcome.problem))
        applied.taken += outcome.taken
        applied.moved += [Moved(*change, stamp_us) for change in outcome.changes]

    def _forget(self, applied: Applied) -> None:
        """Once a day forget obligations that were over long ago."""
        day = time_of(self.book.clock) // _DAY_US
        if day != self._day:
            self._day = day
            applied.forgotten = self.duties.forget(day * _DAY_US - KEPT_US)


def follow(
    book: Book, records: Iterable[tuple[int, InputRecord, int]]
) -> Iterator[tuple[int, Applied]]:
    """Yield what follows from each record (offset, record, time stamp), by its offset."""
    applying = Applying(book)
    for offset, record, stamp_us in records:
        yield offset, applying.apply(offset, record, stamp_us)
        applying.begin_anew()
