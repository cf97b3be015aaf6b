"""The live parts wired together for a test, in real time, on an embedded broker."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from msgspec import Struct

from monitor.broker.clients import consumer_of, producer_of
from monitor.broker.embedded import EmbeddedBroker, embedded_broker
from monitor.clock import WallClock
from monitor.core.written import time_text
from monitor.decide.start import running_decide
from monitor.ingest.start import running_ingest
from monitor.packs.loading import load_law
from monitor.settings import Settings
from monitor.topics import Topics, create_topics, load_topics

SETTINGS = Settings(app_id="test")


class Running(Struct):
    """A running product: send it alarms, and read what it publishes."""

    broker: EmbeddedBroker
    topics: Topics
    producer: AIOKafkaProducer
    tasks: list[asyncio.Task[None]]

    async def send(self, alarm: dict[str, Any] | bytes, key: bytes | None = None) -> None:
        """Send one alarm."""
        value = alarm if isinstance(alarm, bytes) else json.dumps(alarm).encode()
        await self.producer.send_and_wait(self.topics.alarms.name, value, key)

    async def read(self, topic: str, count: int, timeout_s: float = 15) -> list[ConsumerRecord]:
        """Return so many records of a topic, from its beginning."""
        consumer: AIOKafkaConsumer = consumer_of(self.broker, topic)
        async with consumer, asyncio.timeout(timeout_s):
            return [await consumer.getone() for _ in range(count)]

    async def ends(self, topic: str) -> list[int]:
        """Return where the only partition of a topic ends."""
        async with self.broker.asking() as end_offsets:
            return list((await end_offsets({TopicPartition(topic, 0): 0})).values())


@asynccontextmanager
async def running(
    inventory: list[dict[str, Any]], *, before: list[dict[str, Any]] | None = None
) -> AsyncIterator[Running]:
    """Start everything; alarms `before` are there already when ingest begins to read."""
    topics = load_topics(SETTINGS.app_id)
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(embedded_broker())
        await create(broker, topics)
        producer = await stack.enter_async_context(producer_of(broker))
        for record in inventory:
            await producer.send_and_wait(topics.inventory.name, json.dumps(record).encode())
        product = Running(broker, topics, producer, [])
        for alarm in before or []:
            await product.send(alarm)
        decide = running_decide(broker, topics, SETTINGS, load_law(), status_every_us=0)
        product.tasks += await stack.enter_async_context(decide)
        ingest = running_ingest(broker, topics, SETTINGS, WallClock())
        product.tasks += (await stack.enter_async_context(ingest))[1]
        yield product


async def create(broker: EmbeddedBroker, topics: Topics) -> None:
    """Create all topics."""
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await admin.start()
    await create_topics(admin, topics)
    await admin.close()


def ago(**parts: float) -> str:
    """Return a time so long ago, for example `ago(minutes=5)`."""
    ago_us = timedelta(**parts) // timedelta(microseconds=1)
    return time_text(WallClock().now_us() - ago_us)
