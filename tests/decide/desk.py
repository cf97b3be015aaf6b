"""A book and its statuses, fed as a partition feeds them, on a clock of the test's own."""

from typing import Any

from core.world import LAW, moment, options

from monitor.core.changes import Changes
from monitor.core.event import Event
from monitor.core.law import Law
from monitor.core.notification import Notification, outage_id
from monitor.core.reading import Options
from monitor.core.step import Book, Envelope, Record, Tick, step
from monitor.decide.budget import Budget
from monitor.decide.status import Status, Statuses

Message = dict[str, Any]


class Slow:
    """A clock that says that each thing measured took so many seconds."""

    def __init__(self, cost_s: float) -> None:
        """Begin at zero."""
        self.cost_s = cost_s
        self._now_s = 0.0
        self._measuring = False

    def __call__(self) -> float:
        """Return the time; it passes between the beginning and the end of what is measured."""
        if self._measuring:
            self._now_s += self.cost_s
        self._measuring = not self._measuring
        return self._now_s


class Desk:
    """What a partition does with its statuses, and nothing else."""

    def __init__(
        self,
        law: Law = LAW,
        how: Options | None = None,
        *,
        budget: Budget | None = None,
        every_s: float = 1.0,
    ) -> None:
        """Start empty."""
        self.book = Book(law, options() if how is None else how)
        self.book.changes = Changes()
        self.statuses = Statuses(self.book, budget=budget, every_s=every_s)

    def take(self, *events: Event, until: float | None = None) -> list[Notification]:
        """Take events in one record, and let time pass (minutes); note what was touched."""
        said = self._step(Envelope(events)) if events else []
        if until is not None:
            said += self._step(Tick(moment(until)))
        changes, self.book.changes = self.book.changes, Changes()
        assert changes is not None
        self.statuses.touched(sorted(changes.touched))
        self.statuses.crossed(changes.said)
        for key, outages in changes.closed.items():
            named = [o.named_us for o in outages if o.named_us is not None]
            self.statuses.closed(outage_id(key, named_us) for named_us in named)
        return said

    def _step(self, record: Record) -> list[Notification]:
        return step(self.book, record, 0)

    def due(self, monotonic_s: float, *, input_complete: bool = True) -> list[Message]:
        """Return what must be said now, read back; a deletion has an id and no state."""
        statuses = self.statuses.due(monotonic_s, input_complete=input_complete)
        return [read_back(status) for status in statuses]

    def flush(self) -> list[Message]:
        """Return all that waits."""
        return [read_back(status) for status in self.statuses.flush()]


def read_back(status: Status) -> Message:
    """Return the message of a status."""
    return status.fields or {"outage_id": status.outage_id, "state": None}


def states(messages: list[Message]) -> list[tuple[str, str | None]]:
    """Return (minute named in the id, state) of each message."""
    return [(m["outage_id"].partition("@")[2][14:16], m["state"]) for m in messages]
