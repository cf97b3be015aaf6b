"""The story of the demonstration, counted by the product itself, up to any moment: no broker."""

from msgspec.json import encode

from monitor.board.state import State
from monitor.core.changes import Changes
from monitor.core.event import Event
from monitor.core.moment import at
from monitor.core.notification import Notification
from monitor.core.reading import Options
from monitor.core.step import Book, Envelope, Record, Tick, step
from monitor.decide.status import Statuses
from monitor.enrich import enrich
from monitor.formats.alarm import NativeAlarm
from monitor.formats.inventory import Element, read_element
from monitor.formats.native import read_alarm
from monitor.formats.reject import Reject
from monitor.messages.notification import notification_fields
from monitor.packs.loading import load_law
from monitor.simulate.stream import generate, inventory

_MINUTE_US = 60_000_000


class Story:
    """Feeds a state with what would be published."""

    def __init__(self, state: State, start_us: int, seed: int = 1) -> None:
        """Begin before the start, with the outages that are under way then."""
        self._state = state
        self._book = Book(load_law(), Options())
        self._statuses = Statuses(self._book, every_s=0.0)
        self._events = sorted(_events(start_us, seed), key=lambda event: event.time_us)
        self._place = 0
        self._told_us = 0

    def play(self, until_us: int, step_us: int = _MINUTE_US) -> None:
        """Let time pass up to a moment, and publish every so often on the way."""
        first_us = (
            self._events[self._place].time_us if self._place < len(self._events) else until_us
        )
        now_us = min(max(self._told_us, first_us), until_us)
        while True:
            self._to(now_us)
            if now_us >= until_us:
                return
            now_us = min(now_us + step_us, until_us)

    def _to(self, now_us: int) -> None:
        batch: list[Event] = []
        while self._place < len(self._events) and self._events[self._place].time_us <= now_us:
            batch.append(self._events[self._place])
            self._place += 1
        self._told_us = now_us
        said = self._step(Envelope(tuple(batch)), now_us) if batch else []
        said += self._step(Tick(at(now_us)), now_us)
        for notification in said:
            self._state.take_notification(encode(notification_fields(notification)))
        for status in self._statuses.flush():
            self._state.take_status(status.outage_id, status.value)

    def _step(self, record: Record, now_us: int) -> list[Notification]:
        self._book.changes = changes = Changes()
        said = step(self._book, record, now_us)
        self._statuses.touched(sorted(changes.touched))
        self._statuses.crossed(changes.said)
        return said


def _events(start_us: int, seed: int) -> list[Event]:
    elements = {}
    for record in inventory(seed):
        element, _ = read_element(encode(record))
        assert isinstance(element, Element)
        elements[element.element] = element
    events = []
    for message in generate("demo", seed=seed, start_us=start_us):
        alarm, _ = read_alarm(encode(message))
        assert isinstance(alarm, NativeAlarm)
        event = enrich(alarm, elements, "group")
        assert not isinstance(event, Reject)
        events.append(event)
    return events
