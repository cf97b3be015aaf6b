"""A dead letter: why a record could not be used, and the headers that say so."""

from collections.abc import Iterable
from functools import lru_cache
from traceback import extract_tb
from typing import Final, NamedTuple

from aiokafka import ConsumerRecord

from monitor.formats.reject import Reason

Header = tuple[str, bytes | None]
Headers = list[Header]

#: Every header that we write begins with it, and no other does.
PREFIX: Final = "dlq_"
#: Written by a retry, kept if the record comes back: of which dead letter, and for the how manieth
#: time.
RETRY_OF: Final = "dlq_retry_of"
RETRIES: Final = "dlq_retries"
#: How many bytes key and value had, where they had to be cut.
CUT: Final = "dlq_cut"
_KEPT: Final = frozenset({RETRY_OF, RETRIES})
#: A header longer than this helps nobody.
_MAX_DETAIL: Final = 1000
_FRAMES: Final = 4


class DeadLetter(NamedTuple):
    """Why a record could not be used, or not fully."""

    reason: str
    detail: str
    #: what our own code failed with, if it did
    exception: Exception | None = None

    @property
    def error(self) -> str:
        """The class of the error: a refused record, or what our own code failed with."""
        return "Reject" if self.exception is None else type(self.exception).__name__

    def headers(self, record: ConsumerRecord, now: bytes) -> Headers:
        """Return the headers of the dead letter: those the record had, whence and why.

        `now` is the time at which it is set aside, as text.
        """
        return [
            *(own_headers(record.headers) if record.headers else ()),
            _header("dlq_reason", self.reason),
            _header("dlq_error", self.error),
            ("dlq_detail", self.detail[:_MAX_DETAIL].encode(errors="backslashreplace")),
            _header("dlq_topic", record.topic),
            _header("dlq_partition", record.partition),
            ("dlq_offset", b"%d" % record.offset),
            ("dlq_timestamp", b"%d" % record.timestamp),
            ("dlq_time", now),
        ]


@lru_cache(maxsize=1 << 12)
def _header(name: str, said: str | int) -> Header:
    """Return a header that is the same in many dead letters."""
    return name, str(said).encode()


def own_headers(headers: Iterable[Header]) -> Headers:
    """Return the headers of a record but for those with our prefix, which its sender made up.

    What a retry wrote is kept, so that a record that fails again and again is known as one.
    """
    return [
        (name, value) for name, value in headers if not name.startswith(PREFIX) or name in _KEPT
    ]


def letter_of(error: Exception) -> DeadLetter:
    """Return the dead letter of a record on which our own code failed, with the last few calls."""
    calls = extract_tb(error.__traceback__)[-_FRAMES:]
    where = " < ".join(f"{_short(c.filename)}:{c.lineno} {c.name}" for c in reversed(calls))
    detail = f"{type(error).__name__}: {str(error)[: _MAX_DETAIL // 2]} (at {where or 'unknown'})"
    return DeadLetter(Reason.INTERNAL_ERROR, detail, error)


def _short(path: str) -> str:
    return "/".join(path.replace("\\", "/").split("/")[-3:])
