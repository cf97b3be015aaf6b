"""Duties through the broker: what has to be done, until when, what was done, what became late.

What is published is compared with what the recorded inputs say when they are applied anew.
"""

import asyncio
import json
from contextlib import aclosing
from typing import Any

import pytest
from aiokafka import ConsumerRecord

from monitor.core.duties import Duties
from monitor.core.duty_act import Outcome
from monitor.core.duty_state import Action
from monitor.ingest.envelope import ActionItem, seal_actions, target_partition

from .running import OpenBroker, Running, ago, running
from .test_live import OLT, alarm

BRIEF, FULL = "be.bipt.brief_notice", "be.bipt.full_notification"
IX = {"kind": "interconnection", "target": "ix-1"}


def action(kind: str, outage_id: str, action_id: str, **fields: Any) -> dict[str, Any]:
    """Return what somebody did just now."""
    return {
        "action_id": action_id,
        "kind": kind,
        "outage_id": outage_id,
        "at": ago(seconds=0),
        "who": "Kim",
        **fields,
    }


async def act(product: Running, said: dict[str, Any] | bytes, key: bytes = b"the key") -> None:
    """Write an action to its topic."""
    value = said if isinstance(said, bytes) else json.dumps(said).encode()
    headers = [("own", b"header")]
    await product.producer.send_and_wait(product.topics.actions.name, value, key, headers=headers)


async def until(product: Running, topic: str, **fields: Any) -> dict[str, Any]:
    """Return the first record of a topic that says all of this."""
    async with asyncio.timeout(20), aclosing(product.records(topic)) as records:
        async for record in records:
            said: dict[str, Any] = json.loads(record.value)
            if fields.items() <= said.items():
                return said
    raise AssertionError(fields)


def once(records: list[ConsumerRecord]) -> None:
    """Check that each revision of each obligation is there once, in order."""
    last: dict[bytes, int] = {}
    for record in records:
        revision = json.loads(record.value)["revision"]
        assert revision == last.get(record.key, -1) + 1
        last[record.key] = revision


def test_a_duty_from_its_crossing_to_its_end(open_broker: OpenBroker) -> None:
    """It is published with the crossing that calls for it, done by an action, each change once."""

    async def run() -> None:
        async with running(open_broker, [OLT]) as product:
            duties = product.topics.obligations.name
            await product.send(alarm("1", ago(seconds=0), effects=[IX]))
            (record,) = await product.read(product.topics.notifications.name, 1)
            said = json.loads(record.value)
            brief = await until(product, duties, step=BRIEF, state="due")
            assert brief["obligation_id"] in said["obligations"]
            done = action("submitted", said["outage_id"], "a", obligation=brief["obligation_id"])
            await act(product, done | {"reference": "R-1"})
            await act(product, done | {"reference": "R-1"})
            brief = await until(product, duties, step=BRIEF, state="done")
            assert (brief["submitted"]["reference"], brief["revision"]) == ("R-1", 1)
            await act(product, action("clear", said["outage_id"], "c", note="stuck"))
            await until(product, product.topics.status.name, state="ended")
            note = await until(product, duties, step=FULL, revision=1)
            assert note["note"]["text"] == "stuck"
            records = await product.read_all(duties)
        once(records)
        for record in records:
            value = json.loads(record.value)
            headers = {name: text.decode() for name, text in record.headers}
            assert record.key.decode() == value["obligation_id"]
            assert headers["ce_id"] == f"{value['obligation_id']}/{value['revision']}"
            assert headers["ce_type"] == "obligation.status.v1"
            assert value["state"] != "waiting"

    asyncio.run(run())


def test_actions_that_name_nothing_are_set_aside(open_broker: OpenBroker) -> None:
    """Their own bytes, key and headers are kept, with the reason; what follows is handled."""
    unknown = "BE/ANR/agg-1@2026-01-01T00:00:00Z"

    async def run() -> None:
        async with running(open_broker, [OLT]) as product:
            duties = product.topics.obligations.name
            await product.send(alarm("1", ago(seconds=0), effects=[IX]))
            brief = await until(product, duties, step=BRIEF, state="due")
            mine = brief["outage_id"]
            stranger = [{"source": "oss", "alarm_id": "9"}]
            wrong = {
                "unknown_outage": action("note", unknown, "1", note="x"),
                "unknown_obligation": action("submitted", mine, "2", obligation="be.bipt.nothing"),
                "unknown_alarm": action("clear", mine, "3", note="x", alarms=stranger),
                "not_one_obligation": action("submitted", mine, "4"),
            }
            for said in wrong.values():
                await act(product, said)
            await act(product, action("clear", unknown, "5", note="x"))
            await act(product, action("acknowledged", mine, "6"))
            letters = await product.read(product.topics.actions_dlq.name, len(wrong) + 1)
            last = await until(product, duties, step=FULL, revision=1)
        assert last["acknowledged"]["action_id"] == "6"
        reasons = [dict(letter.headers)["dlq_reason"].decode() for letter in letters]
        assert reasons == [*wrong, "unknown_outage"]
        for letter, said in zip(letters, wrong.values(), strict=False):
            assert json.loads(letter.value) == said
            headers = dict(letter.headers)
            assert (letter.key, headers["own"]) == (b"the key", b"header")
            assert headers["dlq_topic"].decode() == product.topics.actions.name

    asyncio.run(run())


def test_an_action_whose_record_is_gone(open_broker: OpenBroker) -> None:
    """What was read of it is kept instead, and says so; nobody waits for it."""
    gone = Action(
        action_id="1", kind="note", outage_id="BE/x@T", obligation="", recorded_us=0, who="Kim"
    )

    async def run() -> None:
        async with running(open_broker, [OLT]) as product:
            topics = product.topics
            item = ActionItem(topics.actions.name, 0, 999, gone)
            target = target_partition(gone.outage_key, topics.inputs.partitions)
            value = seal_actions([item])
            await product.producer.send_and_wait(topics.inputs.name, value, partition=target)
            (letter,) = await product.read(topics.actions_dlq.name, 1)
        headers = dict(letter.headers)
        assert (letter.key, json.loads(letter.value)["action_id"]) == (b"BE/x@T", "1")
        assert headers["dlq_reason"] == b"unknown_outage"
        assert b"no longer kept" in (headers["dlq_detail"] or b"")

    asyncio.run(run())


def test_duties_on_which_the_program_fails_hold_up_nothing(
    open_broker: OpenBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Notifications go on; what people do about that outage is set aside, once, with the error."""

    def fail(_duties: Duties, *_args: object) -> None:
        message = "a bug"
        raise RuntimeError(message)

    monkeypatch.setattr(Duties, "_look", fail)

    async def run() -> None:
        async with running(open_broker, [OLT]) as product:
            await product.send(alarm("1", ago(seconds=0), effects=[IX]))
            (record,) = await product.read(product.topics.notifications.name, 1)
            said = action("acknowledged", json.loads(record.value)["outage_id"], "a")
            await act(product, said)
            (letter,) = await product.read(product.topics.actions_dlq.name, 1)
            more = [IX, {"kind": "critical_component", "target": "c"}]
            await product.send(alarm("1", ago(seconds=0), action="change", effects=more))
            await product.read(product.topics.notifications.name, 2)
            assert await product.read_all(product.topics.obligations.name) == []
        headers = dict(letter.headers)
        assert (json.loads(letter.value), headers["dlq_error"]) == (said, b"RuntimeError")

    asyncio.run(run())


def test_an_action_on_which_the_program_fails_is_set_aside(
    open_broker: OpenBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own bytes become a dead letter; the others are taken, and the duties go on."""
    take = Duties.act

    def fail(duties: Duties, one: Action) -> Outcome:
        if one.action_id == "bad":
            message = "a bug"
            raise RuntimeError(message)
        return take(duties, one)

    monkeypatch.setattr(Duties, "act", fail)

    async def run() -> None:
        async with running(open_broker, [OLT]) as product:
            duties = product.topics.obligations.name
            await product.send(alarm("1", ago(seconds=0), effects=[IX]))
            brief = await until(product, duties, step=BRIEF, state="due")
            bad = action("note", brief["outage_id"], "bad", note="x")
            await act(product, bad)
            await act(product, action("acknowledged", brief["outage_id"], "good"))
            last = await until(product, duties, step=BRIEF, revision=1)
            (letter,) = await product.read(product.topics.actions_dlq.name, 1)
        assert (last["acknowledged"]["action_id"], last["note"]) == ("good", None)
        assert json.loads(letter.value) == bad
        assert dict(letter.headers)["dlq_reason"] == b"internal_error"

    asyncio.run(run())
