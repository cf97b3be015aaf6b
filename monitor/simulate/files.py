"""Events and records as JSON lines, compressed as the name of the file says."""

import gzip
import io
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, cast

import msgspec
import zstandard


def write_lines(path: Path | None, objects: Iterable[Mapping[str, Any]]) -> int:
    """Write objects as JSON lines, to standard output if no file is named; return how many."""
    count, encode = 0, msgspec.json.encode
    with _opened(path) as file:
        for count, item in enumerate(objects, 1):  # noqa: B007 - the last one is the answer
            file.write(encode(item))
            file.write(b"\n")
    return count


@contextmanager
def _opened(path: Path | None) -> Iterator[IO[bytes]]:
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with ExitStack() as stack:
        file: IO[bytes] = stack.enter_context(path.open("wb"))
        if path.suffix == ".gz":
            # Neither name nor time goes into the file: the same seed gives the same bytes.
            packed = gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0)
            file = stack.enter_context(io.BufferedWriter(cast("io.RawIOBase", packed)))
        elif path.suffix == ".zst":
            file = stack.enter_context(zstandard.ZstdCompressor(level=9).stream_writer(file))
        yield file
