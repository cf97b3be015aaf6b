"""Lines of a file, of standard input, or of a compressed file (`.gz`, `.zst`)."""

import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast

import zstandard

from monitor.replay.zst import Frames

#: A longer line is no alarm, and reading it whole could fill the memory.
LINE_MAX_BYTES = 16 * 1024 * 1024
_KEPT_BYTES = 64 * 1024
_BUFFER_BYTES = 128 * 1024
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class InputError(Exception):
    """A file that cannot be read; the text names it and says what to do."""


class Lines:
    """The lines of one input, with how far it was read."""

    def __init__(self, name: str) -> None:
        """Name a file, or `-` for standard input."""
        self.name = "standard input" if name == "-" else name
        self.path = None if name == "-" else Path(name)
        self._raw: IO[bytes] | None = None
        self._done_bytes = 0

    @property
    def size_bytes(self) -> int | None:
        """The size of the file as it lies on disk; None if it is not known."""
        return self.path.stat().st_size if self.path and self.path.is_file() else None

    @property
    def position_bytes(self) -> int:
        """How many bytes of that size were read."""
        return self._raw.tell() if self._raw else self._done_bytes

    def __iter__(self) -> Iterator[tuple[int, bytes, bool]]:
        """Yield (line number, bytes without the line end, whether it was cut as too long)."""
        with _explained(self.name), self._open() as file:
            number = 0
            while line := file.readline(LINE_MAX_BYTES):
                number += 1
                cut = len(line) == LINE_MAX_BYTES and line[-1:] != b"\n"
                if cut:
                    _skip_line(file)
                if number == 1:
                    line = line.removeprefix(_BYTE_ORDER_MARK)
                line = line[:_KEPT_BYTES] if cut else line.rstrip(b"\r\n")
                if line and not line.isspace():
                    yield number, line, cut

    def check(self) -> None:
        """Raise InputError if the file cannot be opened."""
        with _explained(self.name):
            # A named pipe can be opened only once.
            if self.path and not self.path.is_fifo():
                self.path.open("rb").close()

    @contextmanager
    def _open(self) -> Iterator[BinaryIO]:
        if self.path is None:
            yield sys.stdin.buffer
            return
        with self.path.open("rb") as raw:
            self._raw = raw if raw.seekable() else None
            try:
                yield _decompressed(self.path.suffix, raw)
            finally:
                self._done_bytes, self._raw = self.position_bytes, None


def _decompressed(suffix: str, raw: IO[bytes]) -> BinaryIO:
    if suffix == ".gz":
        reader = cast("io.RawIOBase", gzip.GzipFile(fileobj=raw))
        return cast("BinaryIO", io.BufferedReader(reader, _BUFFER_BYTES))
    if suffix == ".zst":
        return cast("BinaryIO", io.BufferedReader(Frames(raw), _BUFFER_BYTES))
    return cast("BinaryIO", raw)


def _skip_line(file: BinaryIO) -> None:
    while (rest := file.readline(LINE_MAX_BYTES)) and not rest.endswith(b"\n"):
        pass


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """Turn what reading can fail with into a sentence for the user."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error, zstandard.ZstdError) as error:
        message = f"{name}: the compressed data is damaged or cut off ({error})"
        raise InputError(message) from error
    except OSError as error:
        what = error.strerror or str(error)
        message = f"{name}: cannot be read: {what}"
        raise InputError(message) from error
