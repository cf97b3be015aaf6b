"""Lines that could not be used: counted by reason, and kept with their bytes for repair."""

from collections import Counter
from typing import Protocol

from msgspec.json import encode

from monitor.formats.reject import Reject


class Out(Protocol):
    """Where rejects are written."""

    def write(self, data: bytes, /) -> object:
        """Write bytes."""


class Rejects:
    """Counts rejects, and writes each as one line of JSON where a file is given.

    A line has `file`, `line`, `reason`, `detail`, and the bytes: as `raw` where they are UTF-8,
    else as `raw_base64`.
    """

    def __init__(self, out: Out | None = None) -> None:
        """Write to an open file, or only count."""
        self.by_reason: Counter[str] = Counter()
        self._out = out

    def add(self, file: str, line: int, raw: bytes, reject: Reject) -> None:
        """Note one line that was not used, or only in part."""
        self.by_reason[reject.reason] += 1
        if self._out is None:
            return
        fields = {"file": file, "line": line, "reason": reject.reason, "detail": reject.detail}
        try:
            kept: dict[str, object] = {"raw": raw.decode()}
        except UnicodeDecodeError:
            kept = {"raw_base64": raw}
        self._out.write(encode(fields | kept) + b"\n")
