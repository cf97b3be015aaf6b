"""What is published, as Kafka records: key, JSON, CloudEvents 1.0 attributes as headers."""

from typing import NamedTuple

from msgspec.json import encode

from monitor.clock import timestamp_ms
from monitor.core.duty_state import Obligation
from monitor.core.notification import Notification
from monitor.core.written import time_text
from monitor.decide.applied import Applied, Moved
from monitor.decide.status import Status
from monitor.messages.notification import notification_fields
from monitor.messages.obligation import obligation_value
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


def applied_outputs(applied: Applied, now_us: int, topics: Topics, source: str) -> list[Output]:
    """Return all that follows from records; `now_us` is the time up to which they were taken."""
    outputs = [notification_output(n, topics, source) for n in applied.notifications]
    outputs += [obligation_output(m, topics, source) for m in applied.moved if m.visible]
    gone = (one.obligation for one in applied.forgotten)
    return outputs + [obligation_deletion(now, now_us, topics, source) for now in gone]


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


def obligation_output(moved: Moved, topics: Topics, source: str) -> Output:
    """Return the record of an obligation."""
    now = moved.obligation
    id_ = f"{now.obligation_id}/{now.revision}"
    return Output(
        topics.obligations.name,
        now.obligation_id.encode(),
        obligation_value(now),
        _headers(id_, source, "obligation.status.v1", now.obligation_id, moved.at_us),
        timestamp_ms(moved.at_us),
    )


def obligation_deletion(now: Obligation, at_us: int, topics: Topics, source: str) -> Output:
    """Return the record after which nobody needs to know an obligation any more."""
    id_ = f"{now.obligation_id}/deleted"
    headers = _headers(id_, source, "obligation.status.v1", now.obligation_id, at_us)
    # Without data there is no type of the data.
    key = now.obligation_id.encode()
    return Output(topics.obligations.name, key, None, headers[:-1], timestamp_ms(at_us))


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
