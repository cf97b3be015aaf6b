"""The course of one outage key as a live run would have taken it, with nothing forgotten.

Events are taken in the order of their arrival. In between time passes through every deadline, so
what is detected, and what is due, is as if the run had been live. All other outage keys only move
the clock.
"""

from collections import deque
from collections.abc import Container, Iterable

from monitor.core.duties import Duties
from monitor.core.duty_state import Action
from monitor.core.event import Event
from monitor.core.law import Law
from monitor.core.moment import at, just_before, time_of
from monitor.core.notification import Notification
from monitor.core.reading import Options
from monitor.core.step import Book
from monitor.replay.reading import Origin

_LONG_AGO = -(1 << 62)


class Course:
    """What was said about some outage keys, and what has to be done about them."""

    def __init__(
        self, law: Law, options: Options, keys: Container[str], actions: Iterable[Action] = ()
    ) -> None:
        """Begin with nothing read; `keys` are those of interest, `actions` what people did."""
        self.book = Book(law, options)
        self.duties = Duties(self.book)
        self.said: list[Notification] = []
        #: the events of the keys, in the order of their arrival
        self.origins: list[Origin] = []
        #: every outage key that was seen
        self.seen: set[str] = set()
        #: why actions were not taken
        self.refused: list[str] = []
        self._keys = keys
        self._latest_us: int | None = None
        self._actions = deque(sorted(actions, key=lambda action: action.recorded_us))

    def wants(self, event: Event) -> bool:
        """Whether an event is of a key of interest."""
        return event.outage_key in self._keys

    def take(self, origin: Origin) -> None:
        """Read the next event."""
        event, latest_us = origin.event, self._latest_us
        self.seen.add(event.outage_key)
        if self.wants(event):
            self.origins.append(origin)
            if latest_us is not None and event.time_us <= latest_us:
                self._pass_to(at(latest_us))
                self._step([event], None, latest_us)
            else:
                self._pass_to(just_before(event.time_us))
                self._step([event], at(event.time_us), event.time_us)
        self._latest_us = event.time_us if latest_us is None else max(latest_us, event.time_us)

    def finish(self, until_us: int | None) -> None:
        """Let time pass to the latest time read, or up to a later one."""
        ends_us = max(t for t in (self._latest_us, until_us, time_of(_LONG_AGO)) if t is not None)
        self._pass_to(at(ends_us))
        for publisher in self.book.publishers.values():
            publisher.domain.catch_up(self.book.clock)
        self._say(set(self.book.publishers), ends_us)

    def _pass_to(self, moment: int) -> None:
        """Let time pass, and stop wherever something is due."""
        while (due := self._due()) is not None and due <= moment:
            self._step([], due, time_of(due))
            while self._actions and at(self._actions[0].recorded_us) <= due:
                outcome = self.duties.act(self._actions.popleft())
                if outcome.problem is not None:
                    self.refused.append(outcome.problem.text)
        if moment > self.book.clock:
            self._step([], moment, time_of(moment))

    def _due(self) -> int | None:
        acted = at(self._actions[0].recorded_us) if self._actions else None
        dues = (self.book.due, self.duties.due, acted)
        return min((due for due in dues if due is not None), default=None)

    def _step(self, events: Iterable[Event], moment: int | None, stamp_us: int) -> None:
        """Take events and let time pass, as `step` does, but drop nothing that is old."""
        keys = {key for event in events if (key := self.book.take(event)) is not None}
        if moment is not None:
            keys.update(self.book.advance(moment, keys))
        self._say(keys, stamp_us)

    def _say(self, keys: set[str], stamp_us: int) -> None:
        said = self.book.say(keys, stamp_us)
        self.said += said
        self.duties.take(said, stamp_us)
