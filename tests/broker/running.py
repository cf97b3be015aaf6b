"""The live parts wired together for a test, in real time, on a broker of either kind."""

import asyncio
import json
import tempfile
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord
from msgspec import Struct

from monitor.broker.access import Broker
from monitor.broker.clients import admin_of, consumer_of, producer_of
from monitor.clock import WallClock
from monitor.core.written import time_text
from monitor.decide.recovery import home_of
from monitor.decide.start import running_decide
from monitor.ingest.start import running_ingest
from monitor.packs.loading import load_law
from monitor.settings import Settings
from monitor.topics import Topics, create_topics, load_topics

#: Opens a broker and, if it is the test's own, ends it.
OpenBroker = Callable[[], AbstractAsyncContextManager[Broker]]
_PACKAGED = Path(__file__).parents[2] / "monitor" / "topics.yaml"


class Running(Struct):
    """A running product: send it alarms, and read what it publishes."""

    broker: Broker
    settings: Settings
    topics: Topics
    producer: AIOKafkaProducer
    tasks: list[asyncio.Task[None]]

    async def send(self, alarm: dict[str, Any] | bytes, key: bytes | None = None) -> None:
        """Send one alarm."""
        value = alarm if isinstance(alarm, bytes) else json.dumps(alarm).encode()
        await self.producer.send_and_wait(self.topics.alarms.name, value, key)

    async def read(self, topic: str, count: int, timeout_s: float = 15) -> list[ConsumerRecord]:
        """Return so many records of a topic, from its beginning."""
        async with asyncio.timeout(timeout_s), aclosing(self.records(topic)) as records:
            return [await anext(records) for _ in range(count)]

    async def records(self, topic: str) -> AsyncGenerator[ConsumerRecord]:
        """Return the records of a topic as they come, from its beginning."""
        consumer: AIOKafkaConsumer = consumer_of(self.broker, topic)
        async with consumer:
            while True:
                yield await consumer.getone()

    async def read_all(self, topic: str, timeout_s: float = 15) -> list[ConsumerRecord]:
        """Return the records that a topic has by now."""
        consumer: AIOKafkaConsumer = consumer_of(self.broker, topic)
        found: list[ConsumerRecord] = []
        async with asyncio.timeout(timeout_s), consumer, self.broker.asking() as end_offsets:
            while True:
                read_to = {p: await consumer.position(p) for p in consumer.assignment()}
                if read_to and read_to == await end_offsets(read_to):
                    return found
                batch = await consumer.getmany(timeout_ms=100)
                found += [record for records in batch.values() for record in records]


@asynccontextmanager
async def running(
    open_broker: OpenBroker,
    inventory: list[dict[str, Any]],
    *,
    before: list[dict[str, Any]] | None = None,
    **set_to: Any,
) -> AsyncIterator[Running]:
    """Start everything; alarms `before` are there already when ingest begins to read."""
    settings = Settings(app_id=unique_app_id(), **set_to)
    topics = own_topics(settings.app_id)
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(open_broker())
        await create(broker, topics)
        producer = await stack.enter_async_context(producer_of(broker))
        for record in inventory:
            key = record["element"].encode()
            await producer.send_and_wait(topics.inventory.name, json.dumps(record).encode(), key)
        product = Running(broker, settings, topics, producer, [])
        for alarm in before or []:
            await product.send(alarm)
        home = home_of(broker, topics, settings, load_law())
        decide = running_decide(home, settings, WallClock())
        product.tasks += (await stack.enter_async_context(decide))[1]
        ingest = running_ingest(broker, topics, settings, WallClock())
        product.tasks += (await stack.enter_async_context(ingest))[1]
        yield product


def unique_app_id() -> str:
    """Return a name that no other test uses: on a shared broker it keeps tests apart."""
    return f"test-{uuid.uuid4().hex[:12]}"


def topics_file(directory: Path, app_id: str) -> Path:
    """Write a `topics.yaml` whose outside topics, too, begin with the application; return it."""
    said = yaml.safe_load(_PACKAGED.read_text("utf-8"))
    for topic in said["topics"].values():
        if topic["direction"] != "internal":
            topic["name"] = f"{app_id}-{topic['name']}"
    path = directory / "topics.yaml"
    path.write_text(yaml.safe_dump(said), "utf-8")
    return path


def own_topics(app_id: str) -> Topics:
    """Return topics that no other application has."""
    with tempfile.TemporaryDirectory() as directory:
        return load_topics(app_id, topics_file(Path(directory), app_id))


async def create(broker: Broker, topics: Topics) -> None:
    """Create all topics."""
    async with admin_of(broker) as admin:
        await create_topics(admin, topics)


def ago(**parts: float) -> str:
    """Return a time so long ago, for example `ago(minutes=5)`."""
    ago_us = timedelta(**parts) // timedelta(microseconds=1)
    return time_text(WallClock().now_us() - ago_us)
