"""The whole program: what is known, one record more, and what must therefore be said.

    book = Book(law, options)
    for record in records:                # in the order of the durable input
        for notification in step(book, record, detected_at_us):
            publish(notification)

A record is an envelope of events, or a tick: "time has passed up to this moment". Events of a time
that no tick has reached are kept until one does. Nothing else moves time, so reading the same
records again says the same things again. `book.due` is the next moment at which the mere passing
of time has an effect; until then a tick costs nothing.
"""

from collections import deque
from collections.abc import Callable, Iterable
from heapq import heappop, heappush

from msgspec import Struct

from monitor.core.changes import Changes
from monitor.core.domain import Domain
from monitor.core.event import Event
from monitor.core.law import Law
from monitor.core.moment import at, time_of
from monitor.core.notification import Notification
from monitor.core.outage import Outage
from monitor.core.publish import Draft, Order, Publisher
from monitor.core.reading import Options
from monitor.core.tally import Tally

#: How often, in parts of the lateness horizon, state beyond the horizon is looked for.
_SETTLE_PARTS = 8
#: How many alarms one step looks at for that, so that no step takes long.
_SETTLE_ALARMS = 2000


class Envelope(Struct, frozen=True, tag=True):
    """Alarm events, in the order of their arrival."""

    events: tuple[Event, ...]
    #: a tick that comes with them, after them
    moment: int | None = None


class Tick(Struct, frozen=True, tag=True):
    """Evidence that all input of a time up to this moment was seen."""

    moment: int


Record = Envelope | Tick


class Book:
    """All that is known: one domain per outage key, the clock, and what was published."""

    def __init__(self, law: Law, options: Options) -> None:
        """Start with nothing known, before any time."""
        self.law = law
        self.options = options
        self.publishers: dict[str, Publisher] = {}
        self.clock = -(1 << 62)
        self.repeats = 0
        self.too_late = 0
        #: figures of the outages that nothing can change any more
        self.closed = Tally()
        #: (outage key, first onset) of outages opened while no policy of their country was in
        #: force: nothing is decided for them, and whoever runs the program must say so loudly
        self.lawless: list[tuple[str, int]] = []
        #: false while the clock runs on without input: what is published says so
        self.input_complete = True
        #: what is worked on: of use when the program itself fails
        self.at_key: str | None = None
        self.at_event: Event | None = None
        #: what changed, if somebody writes it down
        self.changes: Changes | None = None
        #: outage keys that are not in memory yet, each with what brings it back, up to a clock
        self.asleep: dict[str, Callable[[int], Publisher]] = {}
        #: up to which time all that is older was folded for good, or is about to be
        self.settled_us = time_of(self.clock)
        self._unsettled: deque[str] = deque()
        self._dues: list[tuple[int, str]] = []
        self._scheduled: dict[str, int] = {}
        self._untrimmed: deque[tuple[int, str]] = deque()

    @property
    def domains(self) -> list[Domain]:
        """The state of every outage key that is known."""
        return [publisher.domain for publisher in self.publishers.values()]

    def tally(self) -> Tally:
        """Return the figures of all outages so far."""
        return self.closed.with_live(self.domains)

    @property
    def due(self) -> int | None:
        """The next moment at which the passing of time alone has an effect."""
        while self._dues and self._scheduled.get(self._dues[0][1]) != self._dues[0][0]:
            heappop(self._dues)
        return self._dues[0][0] if self._dues else None

    def domain(self, outage_key: str) -> Domain:
        """Return the state of an outage key, a new one if it is not known."""
        publisher = self.publishers.get(outage_key) or self.wake(outage_key, self.clock)
        if publisher is None:
            publisher = Publisher(Domain(outage_key, self.law, self.options))
            self.publishers[outage_key] = publisher
        return publisher.domain

    def wake(self, outage_key: str, clock: int) -> Publisher | None:
        """Bring a key back into memory as it was at a clock; None if it is not asleep."""
        asleep = self.asleep.get(outage_key)
        if asleep is None:
            return None
        publisher = self.publishers[outage_key] = asleep(clock)
        del self.asleep[outage_key]  # only now: what cannot be woken must not be forgotten
        self._schedule(publisher.domain)
        return publisher

    def expect(self, outage_key: str, due: int | None) -> None:
        """Note at which moment a key that is asleep must be looked at."""
        if due is not None:
            self._scheduled[outage_key] = due
            heappush(self._dues, (due, outage_key))

    def file(self, event: Event) -> Domain | None:
        """Put an event into its history; None if it is too late or an exact repeat."""
        if event.time_us < time_of(self.clock) - self.options.lateness_horizon_us:
            self.too_late += 1
            return None
        self.at_key, self.at_event = event.outage_key, event
        domain = self.domain(event.outage_key)
        if not domain.file(event):
            self.repeats += 1
            return None
        if self.changes is not None:
            self.changes.file(event)
        return domain

    def take(self, event: Event) -> str | None:
        """Apply an event; return its key if anything may have changed."""
        domain = self.file(event)
        if domain is None:
            return None
        domain.place(event, self.clock)
        return event.outage_key

    def advance(self, moment: int, touched: Iterable[str] = ()) -> list[str]:
        """Let time pass up to a moment; return the keys in which anything may have changed.

        Of those that are `touched` already it need not be asked whether their time has come.
        Whoever calls this must `say` all of them, which also schedules them anew.
        """
        before = self.clock
        self.clock = max(self.clock, moment)
        keys = list(touched)
        for key in keys:
            self._pass(key)
        while (due := self.due) is not None and due <= self.clock:
            key = self._dues[0][1]
            # A key that sleeps wakes up as it was before this step, so that it sees time pass.
            self.wake(key, before)
            self._pass(key)
            keys.append(key)
        return keys

    def _pass(self, key: str) -> None:
        """Let time pass for a key."""
        self.at_key = key
        domain = self.domain(key)
        domain.advance(self.clock)
        domain.resolve(self.clock)
        self._scheduled.pop(key, None)

    def say(self, keys: set[str], detected_at_us: int | None) -> list[Notification]:
        """Return what changed in these keys as notifications, in the order they are published."""
        drafts: list[tuple[Order, Publisher, Draft]] = []
        self.at_event = None
        for key in keys:
            self.at_key = key
            publisher = self.publishers.get(key)
            if publisher is not None:
                publisher.domain.resolve(self.clock)
                if publisher.published or publisher.domain.live.found:
                    # Duties begin with the end of an outage that crossed something.
                    publisher.domain.resolve_end(self.clock)
                self._schedule(publisher.domain)
                drafts += [(publisher.place(d), publisher, d) for d in publisher.drafts()]
                if self.changes is None:
                    publisher.given_up.clear()
                if lawless := publisher.domain.lawless:
                    self.lawless += [(key, first_onset_us) for first_onset_us in lawless]
                    lawless.clear()
        drafts.sort(key=lambda draft: draft[0])
        said = [
            publisher.record(
                draft,
                order[1] if detected_at_us is None else detected_at_us,
                input_complete=self.input_complete,
            )
            for order, publisher, draft in drafts
        ]
        if self.changes is not None:
            self.changes.touched |= keys
            self.changes.fresh |= keys
            self.changes.said += said
        return said

    def _schedule(self, domain: Domain) -> None:
        key, due = domain.outage_key, domain.due
        if due is None:
            self._scheduled.pop(key, None)
        elif self._scheduled.get(key) != due:
            self._scheduled[key] = due
            heappush(self._dues, (due, key))
        if not domain.queued:
            domain.queued = True
            self._untrimmed.append((self.clock, key))

    def tidy(self) -> None:
        """Drop what is not needed any more; only after all that follows from it was said."""
        self._trim()
        self.settle(_SETTLE_ALARMS)

    def _trim(self) -> None:
        """Free what undoing recent steps needs once they are no longer recent."""
        recent = self.clock - at(self.options.tail_us)
        while self._untrimmed and self._untrimmed[0][0] < recent:
            _, key = self._untrimmed.popleft()
            publisher = self.publishers.get(key)
            if publisher is None:
                continue
            publisher.domain.queued = publisher.domain.trim(recent)
            if publisher.domain.queued:
                self._untrimmed.append((self.clock, key))

    def settle(self, most: int | None = None) -> list[tuple[Publisher, list[Outage]]]:
        """Now and then drop what no event within the horizon can change; return closed outages.

        `most` limits how many alarms are looked at; the others come next time.
        """
        horizon_us = self.options.lateness_horizon_us
        edge_us = time_of(self.clock) - horizon_us
        if edge_us - self.settled_us >= horizon_us // _SETTLE_PARTS:
            self.settled_us = edge_us
            self._unsettled = deque([*self.publishers, *self.asleep])
        closed, alarms = [], 0
        while self._unsettled and (most is None or alarms < most):
            key = self._unsettled.popleft()
            publisher = self.publishers.get(key) or self.wake(key, self.clock)
            if publisher is not None:
                alarms += 1 + len(publisher.domain.history)
                closed.append((publisher, self._settle(publisher)))
        return closed

    def _settle(self, publisher: Publisher) -> list[Outage]:
        key, domain = publisher.domain.outage_key, publisher.domain
        self.at_key = key
        outages, forgotten = publisher.settle(self.settled_us)
        self.closed.add(domain.country, outages)
        self.closed.strays += domain.forgotten_strays()
        if domain.empty and not publisher.given_up:
            del self.publishers[key]
        if self.changes is not None:
            self.changes.settle(key, self.settled_us, outages, forgotten)
        return outages


def step(book: Book, record: Record, detected_at_us: int | None) -> list[Notification]:
    """Take one record of the durable input; return what must be published because of it.

    `detected_at_us` is the record's own time stamp; None stands for the instant of each crossing.
    """
    keys: set[str] = set()
    if isinstance(record, Envelope):
        keys = {key for event in record.events if (key := book.take(event)) is not None}
    if record.moment is not None:
        book.at_event = None
        keys.update(book.advance(record.moment, keys))
    said = book.say(keys, detected_at_us)
    book.tidy()
    return said
