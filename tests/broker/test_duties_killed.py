"""Workers are killed while crossings come and people act: no duty is lost, none comes twice."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random
from signal import SIGKILL
from typing import Any, Final

import pytest
from aiokafka import AIOKafkaProducer, ConsumerRecord
from chaos.crew import Worker
from chaos.taken import Records, take_topic
from kafka_jars import missing
from msgspec import Struct

from monitor.broker.access import Broker
from monitor.broker.clients import producer_of
from monitor.core.law import Law
from monitor.core.reading import Options
from monitor.core.step import Book
from monitor.decide.applying import follow
from monitor.ingest.envelope import target_partition, unseal
from monitor.messages.obligation import obligation_value
from monitor.packs.loading import PACKAGED, load_law
from monitor.topics import Topics, load_topics

from .running import OpenBroker, ago, create, topics_file, unique_app_id
from .test_duties import action

pytestmark = pytest.mark.skipif(missing() is not None, reason=str(missing()))

OUTAGES: Final = 20
KILLS: Final = 3
PATIENCE_S: Final = 60
#: One that does nothing for as long as its duties may wait.
LIMIT_S: Final = 8
EFFECTS: Final = [{"kind": "interconnection", "target": "ix-1"}]


class Killed(Struct):
    """Topics, and a worker that is killed."""

    broker: Broker
    topics: Topics
    producer: AIOKafkaProducer
    worker: Worker
    law: Law

    async def send(self, topic: str, value: dict[str, Any]) -> None:
        """Write a record."""
        await self.producer.send_and_wait(topic, json.dumps(value).encode())

    async def duties(self) -> list[ConsumerRecord]:
        """Return what was published of obligations, as a reader of what is committed sees it."""
        return [r for some in (await take_topic(self.broker, self.topics.obligations)).values()
                for r in some]  # fmt: skip

    async def until(self, state: str, count: int) -> list[dict[str, Any]]:
        """Wait until so many obligations stand so; return what was published by then."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                said = [json.loads(record.value) for record in await self.duties()]
                last = {one["obligation_id"]: one for one in said}
                if sum(one["state"] == state for one in last.values()) >= count:
                    return said
                await asyncio.sleep(0.3)


@asynccontextmanager
async def killed(open_apache: OpenBroker, directory: Path) -> AsyncIterator[Killed]:
    """Start a worker whose notices are overdue within seconds."""
    packs = directory / "packs"
    packs.mkdir()
    text = (PACKAGED / "be" / "bipt.yaml").read_text("utf-8")
    assert "house_limit: PT1H" in text
    (packs / "bipt.yaml").write_text(
        text.replace("house_limit: PT1H", f"house_limit: PT{LIMIT_S}S")
    )
    app_id = unique_app_id()
    file = topics_file(directory, app_id)
    topics = load_topics(app_id, file)
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(open_apache())
        await create(broker, topics)
        settings = {
            "MONITOR_APP_ID": app_id,
            "MONITOR_BROKER": broker.bootstrap,
            "MONITOR_TOPICS_FILE": str(file),
            "MONITOR_POLICY_DIRS": str(packs),
            "MONITOR_INVENTORY": "optional",
            "MONITOR_WEB_PORT": "0",
        }
        worker = Worker("worker", "all", settings, directory)
        stack.push_async_callback(worker.end, SIGKILL)
        producer = await stack.enter_async_context(producer_of(broker))
        yield Killed(broker, topics, producer, worker, load_law([packs]))


def raised(number: int, act: str = "raise") -> dict[str, Any]:
    """Return an alarm that must be notified at once."""
    return {
        "source": "oss", "alarm_id": str(number), "action": act, "event_time": ago(seconds=0),
        "element": f"olt-{number}", "country": "BE", "effects": EFFECTS,
    }  # fmt: skip


def partition_of(record: ConsumerRecord, topics: Topics) -> int:
    """Return the partition of inputs that an obligation was published from."""
    return target_partition(json.loads(record.value)["outage_key"], topics.inputs.partitions)


def anew(inputs: Records, law: Law) -> dict[int, list[bytes]]:
    """Return what each partition publishes of obligations when its inputs are applied anew."""
    said = {}
    for number, records in inputs.items():
        read = ((r.offset, unseal(r.value), r.timestamp * 1000) for r in records)
        applied = [one for _, one in follow(Book(law, Options()), read)]
        said[number] = [obligation_value(o) for one in applied for o in one.obligations]
    return said


def test_killed_amid_crossings_and_actions(open_apache: OpenBroker, tmp_path: Path) -> None:
    """Each revision is there once, in order, and as the inputs say when they are applied anew."""

    async def act(product: Killed) -> None:
        """Submit what there is, end every third outage, and name what is not there."""
        said = await product.until("due", 1)
        while len({one["outage_id"] for one in said}) < OUTAGES:
            said = await product.until("due", len({one["obligation_id"] for one in said}) + 1)
        briefs = {o["outage_id"]: o for o in said if o["step"].endswith("brief_notice")}
        for number, (outage_id, one) in enumerate(briefs.items()):
            name = one["obligation_id"] if number % 5 else "x.nothing"
            done = action("submitted", outage_id, f"s{number}", obligation=name)
            await product.send(product.topics.actions.name, done)
            if number % 3 == 0:
                clear = action("clear", outage_id, f"c{number}", note="stuck")
                await product.send(product.topics.actions.name, clear)
            await asyncio.sleep(0.1)

    async def run() -> None:
        async with killed(open_apache, tmp_path) as product:
            product.worker.start()
            rng, acting = Random(1), asyncio.create_task(act(product))
            for number in range(OUTAGES):
                await product.send(product.topics.alarms.name, raised(number))
            for _ in range(KILLS):
                await asyncio.sleep(rng.uniform(2, 3))
                product.worker.send(SIGKILL)
            await acting
            refused = OUTAGES // 5
            done = OUTAGES - refused
            await product.until("done", done)
            await product.until("overdue", refused)
            await product.worker.end(SIGKILL)
            inputs = await take_topic(product.broker, product.topics.inputs)
            records = await product.duties()
            letters = await take_topic(product.broker, product.topics.actions_dlq)
        assert len(product.worker.ends) > KILLS
        names = [(r.key, json.loads(r.value)["revision"]) for r in records]
        assert len(names) == len(set(names))
        for number, said in anew(inputs, product.law).items():
            found = [r.value for r in records if partition_of(r, product.topics) == number]
            # What came after the last kill may not have been applied.
            assert found == said[: len(found)]
            assert len(said) - len(found) <= 1
        offsets = [dict(r.headers)["dlq_offset"] for some in letters.values() for r in some]
        assert len(offsets) == len(set(offsets)) == refused

    asyncio.run(run())


def test_deadlines_pass_while_nobody_works(open_apache: OpenBroker, tmp_path: Path) -> None:
    """The worker was killed before: started again it says at once what became overdue, and when."""

    async def run() -> None:
        async with killed(open_apache, tmp_path) as product:
            product.worker.start()
            await product.send(product.topics.alarms.name, raised(1))
            (brief,) = [
                o for o in await product.until("due", 2) if o["step"].endswith("brief_notice")
            ]
            await product.worker.end(SIGKILL)
            await asyncio.sleep(LIMIT_S)
            product.worker.start()
            said = await product.until("overdue", 1)
        (late,) = [one for one in said if one["state"] == "overdue"]
        assert (late["obligation_id"], late["revision"]) == (brief["obligation_id"], 1)
        assert late["transitions"][-1] == {
            "state": "overdue", "at": brief["due_at"], "because": "deadline",
        }  # fmt: skip

    asyncio.run(run())
