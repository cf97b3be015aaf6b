"""Where the data of a command goes, and what is said when it cannot go there."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from monitor.replay.lines import Lines

_STDOUT: Final = Path("-")


class OutputError(Exception):
    """Data that cannot be written; the text names the file."""


class Output:
    """A file to write to, or standard output if none is named."""

    def __init__(self, path: Path | None) -> None:
        """Open the file, and lose what it held."""
        self._path = path
        with self._explained():
            self._file: IO[bytes] = path.open("wb") if path else sys.stdout.buffer

    def write(self, data: bytes) -> None:
        """Write bytes; they are safe only when the output is closed."""
        try:
            self._file.write(data)
        except OSError as error:
            raise self._error(error) from error

    def close(self) -> None:
        """Write what is left; standard output stays open."""
        with self._explained():
            if self._path:
                self._file.close()
            else:
                self._file.flush()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._error(error) from error

    def _error(self, error: OSError) -> Exception:
        if isinstance(error, BrokenPipeError):
            return error
        if self._path is None:
            drop_stdout()
        return OutputError(
            f"{self._path or 'standard output'}: cannot be written: {error.strerror}"
        )


@contextmanager
def output(path: Path | None) -> Iterator[Output]:
    """Open a file to write to, standard output if none or `-` is named, and close it in the end."""
    target = Output(None if path == _STDOUT else path)
    try:
        yield target
    finally:
        target.close()


def drop_stdout() -> None:
    """Let go of standard output, so that the end of the program does not try to write to it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def check_apart(outputs: Iterable[Path | None], inputs: Iterable[Lines | None]) -> None:
    """Raise OutputError if a file to be written is one that is read, or is to be written twice."""
    read = {file.path.resolve() for file in inputs if file and file.path}
    written: set[Path] = set()
    for path in outputs:
        if path in (None, _STDOUT) or (path.exists() and not path.is_file()):
            continue
        if path.resolve() in read:
            message = f"{path}: is an input too, and would be lost; write to another file"
            raise OutputError(message)
        if path.resolve() in written:
            message = f"{path}: is named for two outputs; name another file for one of them"
            raise OutputError(message)
        written.add(path.resolve())
