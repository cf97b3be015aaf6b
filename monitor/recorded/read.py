"""A recording as it is read: what is cut off or changed is named, never passed over."""

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.json import Decoder

from monitor.recorded.model import (
    END_MARK,
    MARK,
    VERSION,
    Counter,
    End,
    Head,
    Row,
    read_end,
    read_head,
    read_row,
    row_prefix,
)
from monitor.replay.lines import InputError, Lines

_AGAIN: Final = "record the range again, or take a copy that is whole"


class _Version(Struct):
    outage_monitor_recording: int


_version: Final = Decoder(_Version).decode


def is_recording(name: str) -> bool:
    """Whether a file begins as a recording does; what can be read only once is none.

    Raises InputError for a file that cannot be read, or is cut off at once.
    """
    if name == "-" or not Path(name).is_file():
        return False
    first = next(iter(Lines(name)), None)
    return first is not None and first[1].startswith(MARK)


class Recording:
    """One recording, read as often as needed."""

    def __init__(self, name: str) -> None:
        """Read its head; raises InputError if it is none."""
        self.lines = Lines(name)
        self.name = self.lines.name
        self.head = self._head()

    def verified(self, look: Callable[[int, Row], None] | None = None) -> End:
        """Read all of it; raises InputError if anything is missing or was changed.

        `look` is shown each record, with the number of its line.
        """
        counter = Counter()
        end = None
        for number, line, row in self._rows(counter, None):
            if row is None:
                end = self._end(number, line)
            else:
                counter.row(row)
                if look is not None:
                    look(number, row)
        self._check(counter.end(), end)
        assert end is not None  # noqa: S101 - otherwise the check has raised
        return end

    def rows(
        self, topic: str, partitions: Collection[int] | None = None
    ) -> Iterator[tuple[int, Row]]:
        """Yield the records of some or all partitions with the numbers of their lines.

        Raises InputError at the end if the recording is cut off; `verified` says more.
        """
        last = 0
        wanted = [None] if partitions is None else sorted(partitions)
        for number, _, row in self._rows(None, tuple(row_prefix(topic, p) for p in wanted)):
            last = number
            if row is None:
                return
            yield number, row
        raise self._torn(last)

    def _rows(
        self, counter: Counter | None, prefix: tuple[bytes, ...] | None
    ) -> Iterator[tuple[int, bytes, Row | None]]:
        """Yield lines and their records; at the last line, where there is one, without a record."""
        ended = False
        for number, line, cut in self.lines:
            if ended:
                message = f"{self.name}:{number}: something follows the last line; {_AGAIN}"
                raise InputError(message)
            if line.startswith(END_MARK):
                ended = True
                yield number, line, None
                continue
            if counter is not None:
                counter.line(line)
            if number > 1 and (prefix is None or line.startswith(prefix)):
                yield number, line, self._row(number, line, cut=cut)

    def _row(self, number: int, line: bytes, *, cut: bool) -> Row:
        try:
            if not cut:
                return read_row(line)
            why = "the line is too long"
        except ValueError as error:
            why = str(error)
        message = f"{self.name}:{number}: is no record of a recording ({why}); {_AGAIN}"
        raise InputError(message)

    def _head(self) -> Head:
        for number, line, _ in self.lines:
            try:
                return read_head(line)
            except ValueError as error:
                message = f"{self.name}:{number}: {_why_no_head(line, error)}"
                raise InputError(message) from error
        message = f"{self.name}: is empty, and no recording; {_AGAIN}"
        raise InputError(message)

    def _end(self, number: int, line: bytes) -> End:
        try:
            return read_end(line)
        except ValueError as error:
            message = f"{self.name}:{number}: the last line is damaged ({error}); {_AGAIN}"
            raise InputError(message) from error

    def _check(self, found: End, said: End | None) -> None:
        if said is None:
            raise self._torn(found.records + 1)
        if found != said:
            message = (
                f"{self.name}: its content was changed or damaged: its last line says "
                f"{said.records:,} records and SHA-256 {said.sha256}, it holds {found.records:,} "
                f"and {found.sha256}; {_AGAIN}"
            )
            raise InputError(message)

    def _torn(self, after: int) -> InputError:
        return InputError(
            f"{self.name}: is torn: it ends after line {after:,} without the last line of a "
            f"recording; {_AGAIN}"
        )


def _why_no_head(line: bytes, error: ValueError) -> str:
    try:
        version = _version(line).outage_monitor_recording
    except ValueError:
        return f"is no recording ({error}); `outage-monitor record` makes one"
    if version > VERSION:
        return f"was written as version {version}, this release knows {VERSION}: run the newer one"
    return f"the head of the recording is damaged ({error}); {_AGAIN}"
