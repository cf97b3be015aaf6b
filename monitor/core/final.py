"""What holds in the end: the crossings of a recorded stream, without the revisions on the way.

Nothing is folded while reading: events are only filed, and folded once when they are older than the
lateness horizon, or at the end. By the shape of the fold this gives the crossings that the live
program holds after the same events.
"""

from collections.abc import Iterator

from monitor.core.event import Event
from monitor.core.law import Law
from monitor.core.moment import at
from monitor.core.notification import Notification
from monitor.core.outage import Crossing, Outage
from monitor.core.publish import Publisher, cell_of, place_in_pack, told
from monitor.core.reading import Options
from monitor.core.step import Book


class Final:
    """The crossings that hold at the end of a stream."""

    def __init__(self, law: Law, options: Options, *, keep: bool = False) -> None:
        """Start with nothing read; `keep` all history, also what nothing can change any more."""
        self.keep = keep
        self.book = Book(law, options)
        self._held: list[Notification] = []

    def take(self, event: Event) -> None:
        """Read the next event of the stream; the clock is the latest time read."""
        self.pass_time(event.time_us)
        self.book.file(event)

    def pass_time(self, time_us: int) -> None:
        """Let the clock go to the time of an event, whoever files it."""
        book, moment = self.book, at(time_us)
        if moment > book.clock:
            book.clock = moment
            if not self.keep:
                self._hold(book.settle())

    def result(self, until_us: int | None = None) -> list[Notification]:
        """Return the crossings that hold, in order of time, outage, rule and cell."""
        book = self.book
        if until_us is not None:
            book.clock = max(book.clock, at(until_us))
        for publisher in book.publishers.values():
            publisher.domain.refold(book.clock)
            publisher.domain.live.seal()
            self._hold([(publisher, publisher.domain.live.outages)])
        return sorted(self._held, key=_order)

    def _hold(self, closed: list[tuple[Publisher, list[Outage]]]) -> None:
        for publisher, outages in closed:
            for outage in outages:
                self._held += _required(publisher, outage)


def _required(publisher: Publisher, outage: Outage) -> Iterator[Notification]:
    """Describe the crossings of one outage in their order."""

    def order(crossing: Crossing) -> tuple[int, str, object]:
        place = place_in_pack(crossing.rule, cell_of(crossing))
        return (crossing.crossed_at_us, crossing.rule.rule, place)

    already_told = set()
    for crossing in sorted(outage.crossings.values(), key=order):
        who = told(crossing.rule)
        yield publisher.describe(
            outage,
            crossing,
            revision=0,
            kind="required",
            initial=who not in already_told,
            detected_at_us=crossing.crossed_at_us,
        )
        already_told.add(who)


def _order(n: Notification) -> tuple[int, str, str, object]:
    return (n.crossed_at_us, n.outage_id, n.rule.rule, place_in_pack(n.rule, n.cell))
