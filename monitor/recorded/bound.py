"""Where the range of a recording begins or ends."""

from typing import NamedTuple

from monitor.core.written import time_text
from monitor.formats.instant import time_us


class Bound(NamedTuple):
    """A time, or an offset that is meant for each partition."""

    time_us: int | None = None
    offset: int | None = None

    def __str__(self) -> str:
        """Write it as it is kept in the head of a recording."""
        return str(self.offset) if self.time_us is None else time_text(self.time_us)


def bound(text: str) -> Bound:
    """Read an offset, or a time (RFC 3339); raises ValueError."""
    return Bound(offset=int(text)) if text.isdecimal() else Bound(time_us=time_us(text))
