"""One outage key: the history of its alarms, the fold over it, and what a late event makes of both.

- `history` holds the events within the lateness horizon; `base` is the fold over all older ones.
- `live` is the fold over both, up to the clock. An event in order is applied to it. One that comes
  late by seconds takes it back along the *tail*, the recent events whose changes can be undone; one
  that comes later than that folds the history anew. Either way the same fold runs over the same
  order, so what holds in the end cannot depend on the order of arrival.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from itertools import takewhile
from operator import attrgetter
from typing import NamedTuple

from monitor.core.alarm import Alarm
from monitor.core.deferred import Deferred
from monitor.core.event import AlarmId, Event
from monitor.core.fold import Fold
from monitor.core.law import Law
from monitor.core.moment import at
from monitor.core.outage import Outage
from monitor.core.reading import Options
from monitor.core.undo import take_back

#: Late events are looked at again each time so many more were put off.
_MANY = 32

#: Before any event.
_LONG_AGO_US = -(1 << 61)


class _Entry(NamedTuple):
    """A recent step of the live fold: an event, or a deadline (None), and where to go back to."""

    moment: int
    mark: int
    event: Event | None


_moment = attrgetter("moment")


def order(event: Event) -> tuple[int, int]:
    """Place an event among those of its alarm; arrival decides where this is equal."""
    return (event.time_us, event.sequence)


class Domain:
    """The state of one outage key (a failure domain)."""

    def __init__(self, outage_key: str, law: Law, options: Options) -> None:
        """Start empty."""
        self.outage_key = outage_key
        self.country = outage_key.partition("/")[0]
        self.policy_set = law.policy_set
        self.options = options
        self.history: dict[AlarmId, list[Event]] = {}
        self.base = Fold(self.country, law, options)
        self.live = Fold(self.country, law, options)
        #: events of a time that the clock has not reached, in order
        self.ahead: list[Event] = []
        #: first onsets of outages opened while no policy was in force, until somebody says so
        self.lawless: list[int] = []
        #: late events that cannot matter yet
        self.deferred = Deferred()
        self._look_again = _MANY
        #: named_us: first_onset_us of the outages that late events may have changed, and since when
        self.shaken: dict[int, int] = {}
        self.shaken_from_us: int | None = None
        #: whether the book will come back to trim the tail
        self.queued = False
        self._strays_forgotten = 0
        self._tail: list[_Entry] = []
        #: how much of the live fold's undo log was freed; marks count it, too
        self._freed = 0
        #: the moment of the last step that can no longer be taken back
        self._floor = self.live.moment

    # -- filing

    def file(self, event: Event) -> bool:
        """Put an event into the history of its alarm; False if it is an exact repeat."""
        events = self.history.setdefault(event.alarm, [])
        if not events or order(events[-1]) < order(event):
            events.append(event)
            return True
        place = bisect_right(events, order(event), key=order)
        same = bisect_left(events, order(event), key=order)
        if any(known.repeats(event) for known in events[same:place]):
            return False
        events.insert(place, event)
        return True

    def settle(self, edge_us: int) -> list[Outage]:
        """Fold all events before the horizon's edge for good; return the outages thereby closed."""
        self.trim(at(edge_us))
        old: list[Event] = []
        for alarm, events in list(self.history.items()):
            old += events[: (count := bisect_left(events, edge_us, key=lambda e: e.time_us))]
            del events[:count]
            if not events:
                del self.history[alarm]
        self._fold(self.base, old)
        self._forget_alarms(edge_us - self.options.lateness_horizon_us)
        return self._closed(edge_us)

    def _closed(self, edge_us: int) -> list[Outage]:
        outages, gap_us = self.base.outages, self.options.merge_gap_us
        count = 0
        while count < len(outages) and not outages[count].can_reach(edge_us, gap_us):
            count += 1
        # A fold with a tail has long left the moments of outages that close.
        for fold in (self.base,) if self._tail else (self.base, self.live):
            if 0 < len(fold.outages) <= count:
                fold.leave()
                fold.undo.clear()
        closed = self.live.outages[:count] or outages[:count]
        del self.live.outages[:count], outages[:count]
        return closed

    def _forget_alarms(self, before_us: int) -> None:
        """Drop inactive alarms that no event within the horizon can be a change of."""
        base, live = self.base, self.live
        for alarm, state in list(base.alarms.items()):
            if _forgotten(live.alarms.get(alarm, state), before_us):
                del base.alarms[alarm]
                live.alarms.pop(alarm, None)
                self._strays_forgotten += base.strays.pop(alarm, 0)
                live.strays.pop(alarm, None)

    def forgotten_strays(self) -> int:
        """Return how many strays were forgotten since this was last asked."""
        count, self._strays_forgotten = self._strays_forgotten, 0
        return count

    @property
    def empty(self) -> bool:
        """Whether nothing is left to know."""
        return not (self.history or self.base.alarms or self.base.outages or self.ahead)

    def restore(self, events: Iterable[Event], clock: int) -> None:
        """Begin where another domain was at a clock; its base was set, this is its history."""
        known = [event for event in events if self.file(event)]
        self.ahead = sorted((e for e in known if at(e.time_us) > clock), key=order)
        self.refold(clock)

    # -- the live fold

    def place(self, event: Event, clock: int) -> None:
        """Take an event that was filed, or keep it until the clock (a moment) reaches it."""
        if at(event.time_us) > clock:
            insort(self.ahead, event, key=order)
            return
        self._take(event)
        if not self.deferred.events:
            self._run_to(clock)

    def advance(self, clock: int) -> None:
        """Let time pass up to a moment: events that were ahead of it, and deadlines."""
        while self.ahead and at(self.ahead[0].time_us) <= clock:
            self._take(self.ahead.pop(0))
        if not self.deferred.events:
            self._run_to(clock)

    def resolve(self, clock: int) -> None:
        """Fold in what was put off, unless it is certain that it changes nothing yet.

        To be called before anything is published.
        """
        deferred = self.deferred
        if not deferred.events:
            return
        options = self.options
        deferred.check(
            self.live,
            min(options.merge_gap_us, options.tail_us, options.lateness_horizon_us),
        )
        due = self.live.due
        if deferred.until <= clock or (due is not None and due <= clock) or self._worthwhile():
            self._fold_in(clock)

    def resolve_end(self, clock: int) -> None:
        """Fold in what was put off if it may have ended the outage that is open."""
        deferred = self.deferred
        if deferred.events and self.live.affecting <= len(deferred.alarms):
            self._fold_in(clock)

    def catch_up(self, clock: int) -> None:
        """Fold in whatever was put off."""
        if self.deferred.events:
            self._fold_in(clock)

    @property
    def due(self) -> int | None:
        """The next moment at which the passing of time alone has an effect."""
        due = self.live.due
        if self.ahead:
            due = _earlier(due, at(self.ahead[0].time_us))
        if self.deferred.events:
            due = _earlier(due, self.deferred.until)
        return due

    def _take(self, event: Event) -> None:
        """Apply an event if it is in order, or put it off."""
        moment = at(event.time_us)
        in_order = moment > self.live.moment or self._in_order(event, moment)
        if in_order and event.alarm not in self.deferred.alarms:
            self._apply(event)
        else:
            known = self.history[event.alarm]
            self.deferred.add(event, known[bisect_right(known, order(event), key=order) :])

    def _run_to(self, clock: int) -> None:
        while (due := self.live.due) is not None and due <= clock:
            self._tail.append(_Entry(due, self._mark, None))
            self.live.run_to(due)

    def _worthwhile(self) -> bool:
        """Whether as many events were put off as must be folded again because of them."""
        count = len(self.deferred.events)
        if count < self._look_again:
            return False
        self._look_again = count + _MANY
        since = at(self.deferred.from_us)
        return count >= len(self._tail) - bisect_left(self._tail, since, key=_moment)

    def trim(self, before: int) -> bool:
        """Make steps before a moment final, and free what taking them back needs."""
        count = bisect_left(self._tail, before, key=_moment)
        if count:
            self._floor = self._tail[count - 1].moment
            del self._tail[:count]
            mark = self._tail[0].mark if self._tail else self._mark
            del self.live.undo[: mark - self._freed]
            self._freed = mark
        return bool(self._tail)

    def refold(self, clock: int) -> None:
        """Fold base and history anew, up to the clock."""
        self._shake(_LONG_AGO_US)
        self.deferred = Deferred()
        self.live = self.base.copy()
        events = [e for alarm in self.history.values() for e in alarm if at(e.time_us) <= clock]
        self._fold(self.live, events)
        self._tail.clear()
        self._freed = 0
        self._floor = self.live.moment
        self.advance(clock)

    @property
    def _mark(self) -> int:
        """Where the undo log of the live fold ends."""
        return self._freed + len(self.live.undo)

    def _in_order(self, event: Event, moment: int) -> bool:
        """Whether an event of the present moment does not come before one already applied."""
        if moment < self.live.moment:
            return False
        alarm = self.live.alarms.get(event.alarm)
        return alarm is None or alarm.last <= order(event)

    def _apply(self, event: Event) -> None:
        self._tail.append(_Entry(at(event.time_us), self._mark, event))
        self.live.apply(event)

    def _fold_in(self, clock: int) -> None:
        """Take the fold back to where the first event put off belongs, and fold on from there."""
        deferred, self.deferred, self._look_again = self.deferred, Deferred(), _MANY
        moment = at(deferred.from_us)
        if moment <= self._floor:
            self.refold(clock)
            return
        self._shake(deferred.from_us)
        count = bisect_left(self._tail, moment, key=_moment)
        undone = [entry.event for entry in self._tail[count:] if entry.event is not None]
        if count < len(self._tail):
            take_back(self.live.undo, self._tail[count].mark - self._freed)
            del self._tail[count:]
        for event in sorted([*undone, *deferred.events], key=order):
            self._apply(event)
        self._run_to(clock)

    def since_shaken(self) -> list[Outage]:
        """Return the outages that late events may have changed, as they are now."""
        since_us, gap_us = self.shaken_from_us, self.options.merge_gap_us
        outages = self.live.outages
        if since_us is None:
            return []
        start = len(outages)
        while start and outages[start - 1].can_reach(since_us, gap_us):
            start -= 1
        return outages[start:]

    def _shake(self, time_us: int) -> None:
        """Remember the ids of the outages that a late event of this time can change."""
        if self.shaken_from_us is None:
            # What was opened or crossed since the last naming must be looked at too.
            news = [outage for outage, _ in self.live.found]
            news += takewhile(lambda outage: outage.named_us is None, reversed(self.live.outages))
            self.shaken_from_us = min((o.first_onset_us for o in news), default=time_us)
        self.shaken_from_us = min(time_us, self.shaken_from_us)
        for outage in self.since_shaken():
            if outage.named_us is not None:
                self.shaken.setdefault(outage.named_us, outage.first_onset_us)

    @staticmethod
    def _fold(fold: Fold, events: Iterable[Event]) -> None:
        for event in sorted(events, key=order):
            fold.apply(event)
            fold.undo.clear()


def _earlier(due: int | None, moment: int) -> int:
    return moment if due is None or moment < due else due


def _forgotten(alarm: Alarm, before_us: int) -> bool:
    return not alarm.active and alarm.last_us < before_us
