"""Every notification on the way: as a live run that saw the events in this order would publish."""

from monitor.core.event import Event
from monitor.core.law import Law
from monitor.core.moment import at, just_before, time_of
from monitor.core.notification import Notification
from monitor.core.reading import Options
from monitor.core.step import Book, Envelope, Tick, step


class Received:
    """A live run in which each event is a record of its own and the clock runs on in between."""

    def __init__(self, law: Law, options: Options) -> None:
        """Start with nothing read."""
        self.book = Book(law, options)

    def take(self, event: Event) -> list[Notification]:
        """Let time pass up to just before the event, then take it at its time."""
        book, moment = self.book, at(event.time_us)
        if moment <= book.clock:
            return step(book, Envelope((event,)), time_of(book.clock))
        said = step(book, Tick(just_before(event.time_us)), None)
        said += step(book, Envelope((event,)), event.time_us)
        return said + step(book, Tick(moment), event.time_us)

    def run_to(self, until_us: int) -> list[Notification]:
        """Let time pass after the last event."""
        return step(self.book, Tick(at(until_us)), None)
