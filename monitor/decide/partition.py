"""One partition of `outage-inputs`: its book, its time, and what one record more makes of them.

Pure: what is published depends on the records and their time stamps alone, so reading them again
gives the same.
"""

from monitor.core.law import Law
from monitor.core.moment import at
from monitor.core.notification import Notification
from monitor.core.reading import Options
from monitor.core.step import Book, Envelope, step
from monitor.core.step import Tick as TimePasses
from monitor.decide.now import InputTime
from monitor.decide.status import Board, Status
from monitor.ingest.envelope import InputRecord


class Partition:
    """The state of one partition; whoever is assigned the partition holds it."""

    def __init__(self, law: Law, options: Options, status_every_us: int) -> None:
        """Start empty."""
        self.book = Book(law, options)
        self._time = InputTime()
        self._board = Board(self.book, status_every_us)

    def apply(
        self, record: InputRecord, detected_at_us: int
    ) -> tuple[list[Notification], list[Status]]:
        """Apply the items of a record, then its tick; return what must be published."""
        said: list[Notification] = []
        if record.items:
            events = tuple(item.event for item in record.items)
            said += step(self.book, Envelope(events), detected_at_us)
            self._board.touched(events)
        now_us = self._time.take(record.tick)
        if now_us is None:
            return said, []
        said += step(self.book, TimePasses(at(now_us)), detected_at_us)
        self._board.notified(said)
        return said, self._board.due()
