"""What is published, as Kafka records: key, JSON, CloudEvents 1.0 attributes as headers."""

from typing import Final, NamedTuple

from msgspec.json import encode

from monitor.clock import timestamp_ms
from monitor.core.duty_state import Obligation
from monitor.core.notification import Notification
from monitor.core.written import time_text
from monitor.decide.applied import Applied, Moved
from monitor.decide.status import Status
from monitor.messages.notification import notification_fields
from monitor.messages.obligation import obligation_value
from monitor.topics import Topic, Topics

_OBLIGATION: Final = "obligation.status.v1"
Headers = list[tuple[str, bytes | None]]


class Output(NamedTuple):
    """One record to be written."""

    topic: str
    key: bytes | None
    #: None: a reader of a compacted topic forgets the key
    value: bytes | None
    headers: Headers
    timestamp_ms: int


class _Said(NamedTuple):
    """Which event it is, of which type, about what; the last is the key of its record, too."""

    id_: str
    type_: str
    subject: str


def notification_output(n: Notification, topics: Topics, source: str) -> Output:
    """Return the record of a notification."""
    said = _Said(f"{n.crossing_id}/{n.revision}", f"outage.notification.{n.type}.v1", n.outage_id)
    value = encode(notification_fields(n))
    return _output(topics.notifications, value, said, source, n.detected_at_us)


def applied_outputs(applied: Applied, now_us: int, topics: Topics, source: str) -> list[Output]:
    """Return all that follows from records; `now_us` is the time up to which they were taken."""
    outputs = [notification_output(n, topics, source) for n in applied.notifications]
    outputs += [obligation_output(m, topics, source) for m in applied.moved if m.visible]
    gone = (one.obligation for one in applied.forgotten)
    return outputs + [obligation_deletion(now, now_us, topics, source) for now in gone]


def status_output(status: Status, topics: Topics, source: str) -> Output:
    """Return the record of a status."""
    id_ = f"{status.outage_id}/{time_text(status.as_of_us)}/{status.digest}"
    said = _Said(id_, "outage.status.v1", status.outage_id)
    return _output(topics.status, status.value, said, source, status.as_of_us)


def obligation_output(moved: Moved, topics: Topics, source: str) -> Output:
    """Return the record of an obligation."""
    now = moved.obligation
    said = _Said(f"{now.obligation_id}/{now.revision}", _OBLIGATION, now.obligation_id)
    return _output(topics.obligations, obligation_value(now), said, source, moved.at_us)


def obligation_deletion(now: Obligation, at_us: int, topics: Topics, source: str) -> Output:
    """Return the record after which nobody needs to know an obligation any more."""
    said = _Said(f"{now.obligation_id}/deleted", _OBLIGATION, now.obligation_id)
    return _output(topics.obligations, None, said, source, at_us)


def _output(topic: Topic, value: bytes | None, said: _Said, source: str, time_us: int) -> Output:
    """Return a record with the CloudEvents attributes in the binary mode of its Kafka binding."""
    headers: Headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", said.id_.encode()),
        ("ce_source", source.encode()),
        ("ce_type", said.type_.encode()),
        ("ce_subject", said.subject.encode()),
        ("ce_time", time_text(time_us).encode()),
    ]
    if value is not None:  # without data there is no type of the data
        headers.append(("content-type", b"application/json"))
    return Output(topic.name, said.subject.encode(), value, headers, timestamp_ms(time_us))
