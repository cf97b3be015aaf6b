"""A dead letter as it is found on its topic: the record as it was, and what our headers say."""

from aiokafka import ConsumerRecord
from msgspec import Struct

from monitor.formats.instant import time_us
from monitor.ingest.letter import CUT, RETRIES, RETRY_OF, Headers, own_headers

Place = tuple[int, int]
_UNKNOWN = "unknown"


class Letter(Struct, frozen=True):
    """A dead letter; whatever a header lacks is empty, for anybody can write to a topic."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    timestamp_ms: int
    headers: Headers

    @property
    def id(self) -> str:
        """What it is called: `partition/offset` on the topic of dead letters."""
        return f"{self.partition}/{self.offset}"

    def said(self, name: str) -> str:
        """Return what one of our headers says; ours are the last of that name."""
        values = [value for header, value in self.headers if header == name]
        return (values[-1] or b"").decode(errors="backslashreplace") if values else ""

    @property
    def reason(self) -> str:
        """Why it was set aside, as one word."""
        return self.said("dlq_reason") or _UNKNOWN

    @property
    def topic(self) -> str:
        """The topic it came from."""
        return self.said("dlq_topic") or _UNKNOWN

    @property
    def source(self) -> Place | None:
        """The partition and offset it came from, if they are known."""
        try:
            return int(self.said("dlq_partition")), int(self.said("dlq_offset"))
        except ValueError:
            return None

    @property
    def time_us(self) -> int:
        """When it was set aside; if that is unknown, the time stamp of the record."""
        try:
            return time_us(self.said("dlq_time"))
        except ValueError:
            return self.timestamp_ms * 1000

    @property
    def retries(self) -> int:
        """How many times it was retried before it was set aside this time."""
        said = self.said(RETRIES)
        return (
            int(said) if said.isdecimal() and said.isascii() and len(said) < len("1000000") else 0
        )

    @property
    def retry_of(self) -> str:
        """Which dead letter it was before it was retried; empty if it was none."""
        return self.said(RETRY_OF)

    @property
    def is_cut(self) -> bool:
        """Whether its bytes are not whole, for they were too many."""
        return bool(self.said(CUT))

    @property
    def foreign_headers(self) -> Headers:
        """The headers that the record had itself."""
        ours = (RETRIES, RETRY_OF)
        return [(name, value) for name, value in own_headers(self.headers) if name not in ours]


def letter_of(record: ConsumerRecord) -> Letter:
    """Return the dead letter in a record."""
    return Letter(
        record.partition,
        record.offset,
        record.key,
        record.value,
        record.timestamp,
        list(record.headers),
    )
