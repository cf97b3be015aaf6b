"""A book that is lost now and then, and read back from the ledger that it wrote."""

import random
from collections.abc import Iterator, Sequence

from monitor.core.changes import Changes
from monitor.core.law import Law
from monitor.core.notification import Notification
from monitor.core.reading import Options
from monitor.core.step import Book, Record, step
from monitor.ingest.envelope import Rules
from monitor.ledger.keeper import Keeper
from monitor.ledger.records import PROGRESS, VERSION, Progress, key_of, write
from monitor.ledger.restore import Reader

_RULES = Rules("cautious", 0, 0, "")


class Crashing:
    """Takes records like a worker that writes its ledger every few records, and dies."""

    def __init__(self, law: Law, options: Options) -> None:
        """Start with an empty ledger."""
        self._law, self._options = law, options
        #: the topic after compaction: a record written again goes to its end
        self.ledger: dict[bytes, bytes] = {}
        self.largest = 0
        self._book, self._keeper, self._next = Book(law, options), Keeper(), 0
        self._book.changes = Changes()

    def play(
        self, records: Sequence[Record], rng: random.Random
    ) -> Iterator[tuple[int, list[Notification]]]:
        """Yield what each record makes it say; what was not written down is said again."""
        while self._next < len(records):
            upto = min(len(records), self._next + rng.randint(1, 4))
            dies = rng.random() < 0.3
            for number in range(self._next, upto):
                said = step(self._book, records[number], number)
                if not dies:
                    yield number, said
            if dies:
                self.crash()
            else:
                self._write(upto)

    def _write(self, upto: int) -> None:
        """Write down what changed, with how far that is."""
        book, changes = self._book, self._book.changes
        assert changes is not None
        self._book.changes = Changes()
        written = self._keeper.collect(book, changes, upto)
        progress = Progress(VERSION, upto, book.clock, book.settled_us, [], False, 0, _RULES)
        for key, value in [*written, (key_of(PROGRESS), write(progress))]:
            self.ledger.pop(key, None)
            if value is not None:
                self.ledger[key] = value
                self.largest = max(self.largest, len(value))
        self._next = upto

    def crash(self) -> None:
        """Forget everything, and read the ledger back."""
        reader = Reader()
        reader.take(self.ledger.items())
        restored = reader.restored(self._law, self._options)
        self._book, self._keeper = restored.book, restored.keeper
        self._book.changes = Changes()
        self._next = 0 if restored.progress is None else restored.progress.next_offset
