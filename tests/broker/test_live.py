"""From alarm to notification through the broker: ingest, `outage-inputs`, the agent."""

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.core.domain import Domain
from monitor.core.event import Event
from monitor.ingest.envelope import unseal

from .running import OpenBroker, ago, running

OLT: dict[str, Any] = {
    "element": "olt-1",
    "country": "BE",
    "group": "ANR/agg-1",
    "serves": [{"service": "fixed_internet", "area": "BE-2000", "end_users": 30_000}],
}


def alarm(alarm_id: str, event_time: str, **fields: object) -> dict[str, Any]:
    """Return a raise of the element above."""
    return {
        "source": "oss",
        "alarm_id": alarm_id,
        "action": "raise",
        "event_time": event_time,
        "element": "olt-1",
        **fields,
    }


def test_an_alarm_becomes_a_notification(open_broker: OpenBroker) -> None:
    """An effect is notified within a second, keyed by outage, with CloudEvents attributes."""
    effect = {"kind": "interconnection", "target": "ix-1"}

    async def run() -> None:
        async with running(open_broker, [OLT]) as product:
            await asyncio.sleep(1)
            await product.send(alarm("1", ago(seconds=0), effects=[effect]))
            (record,) = await product.read(product.topics.notifications.name, 1)
            status = (await product.read(product.topics.status.name, 1))[0]
        said = json.loads(record.value)
        assert said["rule"] == "be.bipt.interconnection"
        assert said["outage_key"] == "BE/ANR/agg-1"
        assert record.key.decode() == said["outage_id"]
        headers = {name: value.decode() for name, value in record.headers}
        assert headers["ce_id"] == f"{said['crossing_id']}/0"
        assert headers["ce_specversion"] == "1.0"
        assert headers["ce_type"] == "outage.notification.required.v1"
        assert headers["ce_time"] == said["detected_at"]
        assert status.key == record.key
        assert json.loads(status.value)["state"] == "open"

    asyncio.run(run())


def test_a_backlog_is_worked_off_in_its_own_time(open_broker: OpenBroker) -> None:
    """A clear that waits behind a raise prevents the alarm that a clock would raise at start."""
    raised = alarm("1", ago(minutes=120))
    cleared = alarm("1", ago(minutes=61), action="clear")
    held = alarm("2", ago(minutes=119), element="olt-2", country="BE", impact=OLT["serves"])
    crossed_at = (datetime.fromisoformat(held["event_time"]) + timedelta(hours=1)).isoformat()
    crossed_at = crossed_at.replace("+00:00", "Z")

    async def run() -> None:
        async with running(open_broker, [OLT], before=[raised, held, cleared]) as product:
            (record,) = await product.read(product.topics.notifications.name, 1)
            await asyncio.sleep(1)
            assert len(await product.read_all(product.topics.notifications.name)) == 1
        said = json.loads(record.value)
        assert (said["outage_key"], said["crossed_at"]) == ("BE/olt-2", crossed_at)

    asyncio.run(run())


def test_bytes_that_cannot_be_used_are_kept(open_broker: OpenBroker) -> None:
    """They arrive untouched in the dead letters, with headers that say whence and why."""

    async def run() -> None:
        async with running(open_broker, [OLT]) as product:
            await product.send(b"\xff not json", b"the key")
            await product.send(alarm("9", "2199-01-01T00:00:00Z"))
            letters = await product.read(product.topics.alarms_dlq.name, 2)
        by_reason = {dict(r.headers)["dlq_reason"]: r for r in letters}
        assert by_reason.keys() == {b"not_utf8", b"ahead_of_arrival"}
        bad = by_reason[b"not_utf8"]
        assert (bad.value, bad.key) == (b"\xff not json", b"the key")
        assert dict(bad.headers)["dlq_topic"].endswith(b"network.alarms.v1")

    asyncio.run(run())


def test_every_partition_is_told_the_time(open_broker: OpenBroker) -> None:
    """Ticks reach every partition of the inputs, though no alarm does, and name every source."""

    async def run() -> None:
        async with running(open_broker, [OLT]) as product:
            inputs = product.topics.inputs
            records = await product.read(inputs.name, inputs.partitions * 8)
        assert {r.partition for r in records} == set(range(inputs.partitions))
        ticks = [unseal(r.value).tick for r in records]
        assert ticks[-1].sources == ((product.topics.alarms.name, 6),)
        assert len(ticks[-1].confirmed) == 6

    asyncio.run(run())


def test_a_record_of_inputs_that_is_none_is_set_aside(open_broker: OpenBroker) -> None:
    """It is kept as a dead letter that says where it stood, and what follows is handled."""
    effect = {"kind": "interconnection", "target": "ix-1"}

    async def run() -> None:
        async with running(open_broker, [OLT]) as product:
            topics = product.topics
            for number in range(topics.inputs.partitions):
                await product.producer.send_and_wait(topics.inputs.name, b"\xc1", partition=number)
            await product.send(alarm("1", ago(seconds=0), effects=[effect]))
            await product.read(topics.notifications.name, 1)
            letters = await product.read(topics.alarms_dlq.name, topics.inputs.partitions)
        assert {letter.value for letter in letters} == {b"\xc1"}
        headers = dict(letters[0].headers)
        assert headers["dlq_topic"].decode() == topics.inputs.name
        assert headers["dlq_reason"] == b"internal_error"

    asyncio.run(run())


def test_an_alarm_on_which_the_program_fails_is_set_aside(
    open_broker: OpenBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own bytes become a dead letter; the other alarms of its outage are used."""
    place = Domain.place

    def fail(domain: Domain, event: Event, clock: int) -> None:
        if event.alarm_id == "bad":
            message = "a bug"
            raise RuntimeError(message)
        place(domain, event, clock)

    monkeypatch.setattr(Domain, "place", fail)
    effect = {"kind": "interconnection", "target": "ix-1"}

    async def run() -> None:
        async with running(open_broker, [OLT]) as product:
            bad = alarm("bad", ago(seconds=1))
            await product.send(bad)
            await product.send(alarm("good", ago(seconds=0), effects=[effect]))
            await product.read(product.topics.notifications.name, 1)
            (letter,) = await product.read(product.topics.alarms_dlq.name, 1)
        headers = {name: value.decode() for name, value in letter.headers}
        assert json.loads(letter.value) == bad
        assert headers["dlq_topic"] == product.topics.alarms.name
        assert headers["dlq_error"] == "RuntimeError"

    asyncio.run(run())


def test_the_clock_goes_on_when_nobody_reads(open_broker: OpenBroker) -> None:
    """A deadline passes while ingest is down: it is notified, and says that input is missing."""
    raised = alarm("1", ago(minutes=59, seconds=48))

    async def run() -> None:
        async with running(open_broker, [OLT], input_stall_us=2_000_000) as product:
            await product.send(raised)
            await product.read(product.topics.status.name, 1)
            for task in product.tasks:
                if task.get_name() == "ingest":
                    task.cancel()
            (record,) = await product.read(product.topics.notifications.name, 1)
        said = json.loads(record.value)
        assert (said["rule"], said["input_complete"]) == ("be.bipt.users", False)

    asyncio.run(run())
