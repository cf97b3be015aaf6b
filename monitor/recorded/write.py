"""A recording as it is written: compressed as the name of the file says."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

import zstandard

from monitor.recorded.model import Counter, End, Head, Row, encode, end_line

#: A level at which recording is limited by the broker, not by the compression.
_ZSTD_LEVEL: Final = 3
_GZIP_LEVEL: Final = 6
SUFFIXES: Final = (".zst", ".gz", ".jsonl")


class Writer:
    """Writes the lines of a recording. Without its last line it is known to be cut off."""

    def __init__(self, file: IO[bytes], head: Head) -> None:
        """Take an open file, and write the head."""
        self._file = file
        self._counter = Counter()
        self._line(encode(head))

    def add(self, row: Row) -> None:
        """Write a record."""
        self._counter.row(row)
        self._line(encode(row))

    def finish(self) -> End:
        """Write the last line, which says that this is all."""
        end = self._counter.end()
        self._file.write(end_line(end) + b"\n")
        return end

    def _line(self, line: bytes) -> None:
        self._counter.line(line)
        self._file.write(line + b"\n")


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file to write to, compressed as its name says; the same content, the same bytes."""
    with path.open("wb") as raw:
        if path.suffix == ".zst":
            with zstandard.ZstdCompressor(level=_ZSTD_LEVEL).stream_writer(raw) as packed:
                yield packed
        elif path.suffix == ".gz":
            # Without name and time: the same content gives the same file.
            with gzip.GzipFile("", "wb", _GZIP_LEVEL, raw, mtime=0) as zipped:
                yield zipped  # type: ignore[misc]  # it writes bytes, as a file does
        else:
            yield raw
