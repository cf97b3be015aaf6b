"""`outage.status.v1`: how each outage of one partition stands, said often enough and not too often.

1. A crossing, an outage that is given up and one that is closed are said at once.
2. Whatever else touched an outage key is said soon, each key at most once a second of real time,
   oldest first, and within a budget: when thousands of keys change, each is said less often.
3. A key that was touched waits until it was looked at, so the last state always goes out.
4. Said is only what differs from what was said before. Of that a digest is kept, no more.

What was said is forgotten at a restart: saying an equal status again does no harm.
"""

from collections import OrderedDict
from collections.abc import Container, Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any, Final

from msgspec import Struct
from msgspec.json import decode, encode

from monitor.core.moment import time_of
from monitor.core.notification import Notification
from monitor.core.outage import Outage
from monitor.core.publish import Publisher
from monitor.core.step import Book
from monitor.decide.budget import Budget
from monitor.decide.series import Series
from monitor.messages.status import SeriesColumns, Standing, joined, standing, withdrawn

_DIGEST_BYTES: Final = 8


class Status(Struct, frozen=True):
    """What is to be published about one outage; without a value nothing needs to be known more."""

    outage_id: str
    as_of_us: int
    #: recognises what it says, its time apart
    digest: str
    value: bytes | None

    @property
    def fields(self) -> dict[str, Any]:
        """What it says, read back."""
        return {} if self.value is None else decode(self.value)


class Statuses:
    """What must still be said about the outages of a book, and digests of what was."""

    def __init__(self, book: Book, *, every_s: float = 1.0, budget: Budget | None = None) -> None:
        """Say each outage at most every so often; partitions of a process share one budget."""
        self._book = book
        self._every_s = every_s
        self._budget = Budget() if budget is None else budget
        #: outage keys to look at: at once; as soon as may be, the oldest first
        self._urgent: dict[str, None] = {}
        self._ready: OrderedDict[str, None] = OrderedDict()
        #: keys looked at lately, each with the time until which it rests; those touched since
        self._resting: OrderedDict[str, float] = OrderedDict()
        self._again: set[str] = set()
        self._closed: list[str] = []
        self._said: dict[str, bytes] = {}
        self._series: dict[str, Series] = {}
        self._input_complete = True
        #: outage keys that could not be described, and why; for whoever logs, and then clears it
        self.failed: dict[str, Exception] = {}

    # -- what happened

    def touched(self, keys: Iterable[str]) -> None:
        """Note outage keys in which anything may have changed: all that a book looked at."""
        for key in keys:
            publisher = self._book.publishers.get(key)
            if publisher is not None and publisher.given_up:
                self._urgent[key] = None
            elif key in self._resting:
                self._again.add(key)
            else:
                self._ready[key] = None

    def crossed(self, said: Iterable[Notification]) -> None:
        """Note notifications: they stand in the status at once."""
        self._urgent |= dict.fromkeys(notification.outage_key for notification in said)

    def closed(self, outage_ids: Iterable[str]) -> None:
        """Note outages that nothing can change any more: their status is to be deleted."""
        for closed in outage_ids:
            self._closed.append(closed)
            key = closed.rpartition("@")[0]
            # What is still to be said of them must not come after that.
            if key in self._ready or key in self._again:
                self._urgent[key] = None

    # -- what must be said

    @property
    def pending(self) -> bool:
        """Whether anything waits to be said."""
        return bool(self._urgent or self._ready or self._again or self._closed)

    @property
    def unsaid(self) -> set[str]:
        """The outage keys in which something may wait to be said."""
        return self._urgent.keys() | self._ready.keys() | self._again

    def due(
        self, monotonic_s: float, *, input_complete: bool = True, busy: bool = False
    ) -> list[Status]:
        """Return what must be said now; less of what can wait while there is other work."""
        self._note_input(complete=input_complete)
        self._wake(monotonic_s)
        urgent, self._urgent = self._urgent, {}
        said: list[Status] = []
        for key in urgent:
            said += self._turn(key, monotonic_s)
        self._budget.refill(monotonic_s, busy=busy)
        while self._ready and self._budget.left:
            said += self._turn(next(iter(self._ready)), monotonic_s)
        return said + self._deleted()

    def flush(self, *, input_complete: bool = True) -> list[Status]:
        """Return all that waits, whatever the time."""
        self._note_input(complete=input_complete)
        keys = dict.fromkeys((*self._urgent, *self._ready, *sorted(self._again)))
        self._urgent.clear()
        self._ready.clear()
        self._again.clear()
        said: list[Status] = []
        for key in keys:
            said += self._looked(key)
        return said + self._deleted()

    def _note_input(self, *, complete: bool) -> None:
        """Say all open outages again when the input stalls, and when it goes on."""
        if complete != self._input_complete:
            self._input_complete = complete
            publishers = self._book.publishers.items()
            self.touched([key for key, p in publishers if p.domain.live.affecting])

    def _wake(self, monotonic_s: float) -> None:
        """End the rest of keys that were not looked at for long enough."""
        while self._resting:
            key, until_s = next(iter(self._resting.items()))
            if until_s > monotonic_s:
                return
            del self._resting[key]
            if key in self._again:
                self._again.remove(key)
                self._ready[key] = None

    def _turn(self, key: str, monotonic_s: float) -> list[Status]:
        """Look at a key, note what that cost, and let the key rest."""
        began_s = self._budget.clock()
        self._ready.pop(key, None)
        self._again.discard(key)
        self._resting[key] = monotonic_s + self._every_s
        self._resting.move_to_end(key)
        said = self._looked(key)
        self._budget.spend(self._budget.clock() - began_s)
        return said

    def _looked(self, key: str) -> list[Status]:
        """Look at a key; that it cannot be described must not stop what must be notified."""
        said: list[Status] = []
        try:
            said.extend(self._look(key))
        except Exception as error:  # noqa: BLE001 - whatever the program fails with
            self.failed[key] = error
        return said

    def _look(self, key: str) -> Iterator[Status]:
        """Yield what changed in a key since it was last looked at."""
        book = self._book
        publisher = book.publishers.get(key) or book.wake(key, book.clock)
        if publisher is None:
            return
        domain, as_of_us = publisher.domain, time_of(book.clock)
        yield from self._withdrawn(publisher, as_of_us)
        for outage in domain.live.outages:
            if (named_us := outage.named_us) is not None:
                says = standing(domain, outage, named_us, input_complete=self._input_complete)
                until_us = as_of_us if outage.end_us is None else outage.end_us
                yield from self._changed(says, until_us, as_of_us)

    def _changed(self, says: Standing, until_us: int, as_of_us: int) -> Iterator[Status]:
        """Yield a status if it says something new; its counts hold until a time."""
        written = encode(says)
        digest = blake2b(written, digest_size=_DIGEST_BYTES).digest()
        if self._said.get(says.outage_id) != digest:
            self._said[says.outage_id] = digest
            series = self._series.setdefault(says.outage_id, Series())
            series.add(until_us, *says.totals())
            value = joined(written, series.columns(), as_of_us)
            yield Status(says.outage_id, as_of_us, digest.hex(), value)

    def _withdrawn(self, publisher: Publisher, as_of_us: int) -> Iterator[Status]:
        """Yield a last word on each id that was given up, then delete it."""
        given_up, names = publisher.given_up, publisher.names
        for named_us in given_up.keys() - names.keys():
            says = withdrawn(publisher.domain, named_us, _heir(named_us, given_up, names))
            value = joined(encode(says), SeriesColumns(), as_of_us)
            yield Status(says.outage_id, as_of_us, says.state, value)
            yield self._deletion(says.outage_id, as_of_us)
        given_up.clear()

    def _deleted(self) -> list[Status]:
        closed, self._closed = self._closed, []
        return [self._deletion(name, time_of(self._book.clock)) for name in closed]

    def _deletion(self, name: str, as_of_us: int) -> Status:
        self._said.pop(name, None)
        self._series.pop(name, None)
        return Status(name, as_of_us, "deleted", None)


def _heir(
    named_us: int, given_up: Mapping[int, Outage | None], names: Container[int]
) -> int | None:
    """Return the id that now stands for one that was given up, whoever had it in between."""
    for _ in given_up:
        absorber = given_up.get(named_us)
        if absorber is None or absorber.named_us is None:
            return None
        named_us = absorber.named_us
        if named_us in names:
            break
    return named_us
