"""The records that are published: CloudEvents 1.0 in binary mode, as the reference library says."""

from datetime import UTC, datetime, timedelta

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, to_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from core.world import hit, us
from duties.desk import Desk

from decide.packaged import published
from monitor.core.written import time_text
from monitor.decide.applied import Moved
from monitor.decide.outputs import (
    Output,
    notification_output,
    obligation_deletion,
    obligation_output,
    status_output,
)
from monitor.topics import load_topics

SOURCE = "urn:outage-monitor:test"
TOPICS = load_topics("test")
SAID, STATUSES = published()
NOTIFICATIONS = [notification_output(n, TOPICS, SOURCE) for n in SAID]
STATES = [status_output(s, TOPICS, SOURCE) for s in STATUSES]
DESK = Desk()
DESK.events(hit(0))
DESK.act("submitted", "x.notice", 1)
MOVED = [Moved(*change, us(2)) for change in DESK.changes if change.visible]
DUTIES = [obligation_output(moved, TOPICS, SOURCE) for moved in MOVED]
FORGOTTEN = obligation_deletion(DESK.of("notice"), us(9), TOPICS, SOURCE)
FULL = [output for output in NOTIFICATIONS + STATES + DUTIES if output.value is not None]
DELETIONS = [FORGOTTEN, *(output for output in STATES if output.value is None)]


def headers_of(output: Output) -> dict[str, bytes]:
    """Return the headers of a record."""
    return {name: value for name, value in output.headers if value is not None}


def event_of(output: Output) -> CloudEvent:
    """Return the event that the library reads from a record."""
    message = KafkaMessage(headers_of(output), None, output.value or b"")
    event = from_binary(message, JSONFormat())
    assert isinstance(event, CloudEvent)
    return event


@pytest.mark.parametrize("output", FULL)
def test_the_library_reads_and_writes_the_same(output: Output) -> None:
    """Read by the library and written by it again, headers and message are what they were."""
    again = to_binary(event_of(output), JSONFormat())
    assert again.headers == headers_of(output)
    assert JSONFormat().read_data(again.value, "application/json") == event_of(output).get_data()


def test_attributes_of_an_obligation() -> None:
    """The id is obligation and revision, which are the key's; the time that of the record."""
    assert [(m.obligation.state, m.obligation.revision) for m in MOVED] == [
        ("due", 0), ("due", 0), ("done", 1),
    ]  # fmt: skip
    for moved, output in zip(MOVED, DUTIES, strict=True):
        event, name = event_of(output), moved.obligation.obligation_id
        assert event.get_id() == f"{name}/{moved.obligation.revision}"
        assert event.get_type() == "obligation.status.v1"
        assert (event.get_source(), event.get_subject()) == (SOURCE, name)
        assert (output.topic, output.key) == (TOPICS.obligations.name, name.encode())
        assert output.timestamp_ms == us(2) // 1000
    assert (FORGOTTEN.key, FORGOTTEN.value) == (DUTIES[-1].key, None)


def test_attributes_of_a_notification() -> None:
    """The id is crossing and revision, the subject the outage, the time that of its making."""
    for n, output in zip(SAID, NOTIFICATIONS, strict=True):
        event = event_of(output)
        assert event.get_id() == f"{n.crossing_id}/{n.revision}"
        assert event.get_type() == f"outage.notification.{n.type}.v1"
        assert (event.get_source(), event.get_subject()) == (SOURCE, n.outage_id)
        made = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=n.detected_at_us)
        assert event.get_time() == made
        assert output.key == n.outage_id.encode()
    assert {n.type for n in SAID} == {"required", "corrected", "withdrawn"}


def test_attributes_of_a_status() -> None:
    """Subject and key are the outage, the time is that of the input."""
    for status, output in zip(STATUSES, STATES, strict=True):
        headers = headers_of(output)
        assert headers["ce_subject"] == output.key == status.outage_id.encode()
        assert headers["ce_time"].decode() == time_text(status.as_of_us)
        assert headers["ce_type"] == b"outage.status.v1"
        assert output.topic == TOPICS.status.name
        assert output.timestamp_ms * 1000 >= status.as_of_us


def test_ids_differ() -> None:
    """Source and id name one event and no other, as CloudEvents asks."""
    ids = [headers_of(output)["ce_id"] for output in NOTIFICATIONS + STATES]
    assert len(set(ids)) == len(ids)


def test_a_deletion_has_no_data() -> None:
    """Neither a value nor a type of it; all else says what was deleted and when."""
    assert DELETIONS
    for output in DELETIONS:
        names = [name for name, _ in output.headers]
        assert "content-type" not in names
        assert names == [name for name, _ in FULL[0].headers][:-1]
        assert headers_of(output)["ce_subject"] == output.key
