"""What is published, as Kafka records: key, JSON, CloudEvents 1.0 attributes as headers."""

from typing import NamedTuple

from msgspec.json import encode

from monitor.clock import timestamp_ms
from monitor.core.notification import Notification
from monitor.core.written import time_text
from monitor.decide.status import Status
from monitor.messages.notification import notification_fields
from monitor.topics import Topics

Headers = list[tuple[str, bytes | None]]


class Output(NamedTuple):
    """One record to be written."""

    topic: str
    key: bytes | None
    #: None: a reader of a compacted topic forgets the key
    value: bytes | None
    headers: Headers
    timestamp_ms: int


def notification_output(n: Notification, topics: Topics, source: str) -> Output:
    """Return the record of a notification."""
    return Output(
        topics.notifications.name,
        n.outage_id.encode(),
        encode(notification_fields(n)),
        _headers(
            f"{n.crossing_id}/{n.revision}",
            source,
            f"outage.notification.{n.type}.v1",
            n.outage_id,
            n.detected_at_us,
        ),
        timestamp_ms(n.detected_at_us),
    )


def status_output(status: Status, topics: Topics, source: str) -> Output:
    """Return the record of a status."""
    headers = _headers(
        f"{status.outage_id}/{time_text(status.as_of_us)}/{status.digest}",
        source,
        "outage.status.v1",
        status.outage_id,
        status.as_of_us,
    )
    return Output(
        topics.status.name,
        status.outage_id.encode(),
        status.value,
        # Without data there is no type of the data.
        headers if status.value is not None else headers[:-1],
        timestamp_ms(status.as_of_us),
    )


def _headers(id_: str, source: str, type_: str, subject: str, time_us: int) -> Headers:
    """Return the CloudEvents attributes in the binary mode of its Kafka binding."""
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", id_.encode()),
        ("ce_source", source.encode()),
        ("ce_type", type_.encode()),
        ("ce_subject", subject.encode()),
        ("ce_time", time_text(time_us).encode()),
        ("content-type", b"application/json"),
    ]
