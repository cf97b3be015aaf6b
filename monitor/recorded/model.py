"""The lines of a recording: a head, the records as they stood in their topics, an end.

Each line is JSON. Text stays text, so that a recording can be read by eye; other bytes are Base64.
The end holds the SHA-256 of all lines before it, whatever the compression.
"""

import hashlib
from typing import Final

from msgspec import Struct
from msgspec.json import Decoder, Encoder

VERSION: Final = 1
#: With this a recording begins.
MARK: Final = b'{"outage_monitor_recording":'
#: With this its last line begins.
END_MARK: Final = b'{"end":'
#: Text that grows more than this when written as JSON is kept as Base64.
_GROWTH: Final = 2


class Range(Struct, frozen=True, kw_only=True):
    """What was recorded of one partition: offsets from `begin` up to, without, `end`."""

    partition: int
    #: where the partition itself began and ended when it was recorded
    log_begin: int
    log_end: int
    begin: int
    end: int
    #: offsets below this had been decided upon, with all that follows from them published
    decided_to: int | None = None


class Topic(Struct, frozen=True, kw_only=True):
    """What was recorded of one topic."""

    name: str
    #: its part in the program, as topics.yaml has it; empty for a topic that is not ours
    role: str
    ranges: tuple[Range, ...]


class Head(Struct, frozen=True, kw_only=True):
    """The first line: what was asked for."""

    outage_monitor_recording: int = VERSION
    product: str
    #: the packs that the recording program knew
    policy_set: str
    #: a time (records stamped from then on, before then), an offset, or null: all
    since: str | None
    until: str | None
    topics: tuple[Topic, ...]

    def topic(self, role: str) -> Topic | None:
        """Return the topic with this part in the program, if it was recorded."""
        return next((topic for topic in self.topics if topic.role == role), None)


class Header(Struct, frozen=True, array_like=True, omit_defaults=True):
    """A header of a record: its name, and its value as text or as other bytes."""

    name: str
    text: str | None
    other: bytes | None = None


class Row(Struct, frozen=True, omit_defaults=True):
    """A record with its place."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    #: 0: the time its writer gave it; 1: the time the broker wrote it
    timestamp_type: int
    key: str | None = None
    key_base64: bytes | None = None
    value: str | None = None
    value_base64: bytes | None = None
    headers: tuple[Header, ...] = ()

    @property
    def value_bytes(self) -> bytes | None:
        """The value as it stood in the topic."""
        return self.value_base64 if self.value is None else self.value.encode()

    @property
    def key_bytes(self) -> bytes | None:
        """The key as it stood in the topic."""
        return self.key_base64 if self.key is None else self.key.encode()

    def header(self, name: str) -> str | None:
        """Return the text of a header; None if there is none."""
        return next((h.text for h in self.headers if h.name == name), None)


class Count(Struct, frozen=True, kw_only=True):
    """What is there of one partition; times as in the records."""

    topic: str
    partition: int
    records: int
    first_offset: int
    last_offset: int
    least_ms: int
    latest_ms: int


class End(Struct, frozen=True, kw_only=True):
    """The last line: what is there, and the hash of all lines before it."""

    records: int
    partitions: tuple[Count, ...]
    sha256: str


class _Last(Struct, frozen=True):
    end: End


encode: Final = Encoder().encode
read_head: Final = Decoder(Head).decode
read_row: Final = Decoder(Row).decode
_read_last: Final = Decoder(_Last).decode


def read_end(line: bytes) -> End:
    """Read the last line; raises ValueError if it is none."""
    return _read_last(line).end


def end_line(end: End) -> bytes:
    """Write the last line."""
    return encode(_Last(end))


def row_prefix(topic: str, partition: int | None = None) -> bytes:
    """Return what the lines of a topic begin with, or of one partition of it."""
    of_topic = b'{"topic":' + encode(topic) + b',"partition":'
    return of_topic if partition is None else of_topic + b"%d," % partition


def text_or_bytes(value: bytes | None) -> tuple[str | None, bytes | None]:
    """Return bytes as text where they are that, else as bytes."""
    if value is None:
        return None, None
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return None, value
    if len(encode(text)) > _GROWTH * len(value) + 2:
        return None, value
    return text, None


class Counter:
    """Counts the records of a recording, and hashes its lines, as it is written or read."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._hash = hashlib.sha256()
        self._counts: dict[tuple[str, int], list[int]] = {}

    def line(self, line: bytes) -> None:
        """Take a line, without its end."""
        self._hash.update(line)
        self._hash.update(b"\n")

    def row(self, row: Row) -> None:
        """Count a record."""
        found = self._counts.setdefault(
            (row.topic, row.partition),
            [0, row.offset, row.offset, row.timestamp_ms, row.timestamp_ms],
        )
        found[0] += 1
        found[2] = row.offset
        found[3] = min(found[3], row.timestamp_ms)
        found[4] = max(found[4], row.timestamp_ms)

    def end(self) -> End:
        """Return what the last line must say."""
        counts = tuple(
            Count(
                topic=topic, partition=partition, records=n, first_offset=first,
                last_offset=last, least_ms=least, latest_ms=latest,
            )
            for (topic, partition), (n, first, last, least, latest) in self._counts.items()
        )  # fmt: skip
        total = sum(count.records for count in counts)
        return End(records=total, partitions=counts, sha256=self._hash.hexdigest())
