"""Ingest alone for a test: what it writes into `outage-inputs`, and what it waits for."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from msgspec import Struct, field

from monitor.broker.access import Broker
from monitor.broker.clients import admin_of, consumer_of, producer_of
from monitor.clock import Clock, WallClock
from monitor.decide.now import InputTime
from monitor.ingest.envelope import InputRecord, unseal
from monitor.ingest.start import running_ingest
from monitor.readiness import Readiness
from monitor.settings import Settings
from monitor.topics import Topics, create_some

from .running import OpenBroker, own_topics, unique_app_id

ELEMENT = {"element": "olt-1", "country": "BE", "group": "agg-1"}
#: Topics that ingest reads or writes.
_PARTS = ("alarms", "inventory", "inputs", "alarms_dlq", "actions", "actions_dlq")


class Ingesting(Struct):
    """A broker with topics of its own, and what has been read of `outage-inputs`."""

    broker: Broker
    settings: Settings
    topics: Topics
    producer: AIOKafkaProducer
    inputs: AIOKafkaConsumer
    readiness: Readiness = field(default_factory=Readiness)
    records: list[InputRecord] = field(default_factory=list)
    #: partition and offset of every alarm that was forwarded
    coordinates: set[tuple[int, int]] = field(default_factory=set)
    time: InputTime = field(default_factory=InputTime)
    now_us: int | None = None
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def send(self, event_time: str, number: int = 0, partition: int | None = None) -> None:
        """Send one alarm."""
        await self.producer.send_and_wait(
            self.topics.alarms.name, alarm(event_time, number), partition=partition
        )

    async def send_inventory(self, record: dict[str, Any] | bytes | None, key: str) -> None:
        """Send one record of the inventory."""
        value = json.dumps(record).encode() if isinstance(record, dict) else record
        await self.producer.send_and_wait(self.topics.inventory.name, value, key.encode())

    def confirmed(self) -> dict[int, int | None]:
        """Return how far each source partition is confirmed, of those named."""
        return {partition: up_to_us for _, partition, up_to_us in self.time.state()}

    async def until(self, reached: Callable[[], bool], timeout_s: float = 30) -> None:
        """Read `outage-inputs` until something is so."""
        async with asyncio.timeout(timeout_s):
            while not reached():
                for task in self.tasks:
                    if task.done():
                        task.result()
                for records in (await self.inputs.getmany(timeout_ms=100)).values():
                    for record in map(unseal, (each.value for each in records)):
                        self.records.append(record)
                        self.coordinates |= {(i.partition, i.offset) for i in record.items}
                        self.now_us = self.time.take(record.tick)


def alarm(event_time: str, number: int = 0) -> bytes:
    """Return one alarm."""
    said = {
        "source": "oss",
        "alarm_id": str(number),
        "action": "raise",
        "event_time": event_time,
        "element": "olt-1",
        "additional_text": "x" * 200,
    }
    return json.dumps(said).encode()


@asynccontextmanager
async def prepared(
    open_broker: OpenBroker,
    *,
    settings: dict[str, Any] | None = None,
    alarm_partitions: int = 2,
    inventory_partitions: int = 1,
) -> AsyncIterator[Ingesting]:
    """Make the topics; `outage-inputs` has one partition, so its order is that of writing."""
    app_id = unique_app_id()
    topics = own_topics(app_id)
    partitions = {
        "alarms": alarm_partitions,
        "inventory": inventory_partitions,
        "inputs": 1,
        "ledger": 1,
    }
    changed = {
        p: getattr(topics, p).model_copy(update={"partitions": n}) for p, n in partitions.items()
    }
    topics = topics.model_copy(update=changed)
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(open_broker())
        async with admin_of(broker) as admin:
            await create_some(admin, [getattr(topics, part) for part in _PARTS], 1)
        yield Ingesting(
            broker,
            Settings(app_id=app_id, **settings or {}),
            topics,
            await stack.enter_async_context(producer_of(broker)),
            await stack.enter_async_context(consumer_of(broker, topics.inputs.name)),
        )


@asynccontextmanager
async def worker(
    product: Ingesting, clock: Clock | None = None
) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Run one ingest; yield its tasks."""
    async with running_ingest(
        product.broker, product.topics, product.settings, clock or WallClock(), product.readiness
    ) as (_, tasks):
        product.tasks += tasks
        yield tasks
        for task in tasks:
            product.tasks.remove(task)
