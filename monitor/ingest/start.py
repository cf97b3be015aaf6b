"""Ingest wired to a broker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from aiokafka import AIOKafkaProducer

from monitor.broker.access import Broker
from monitor.broker.clients import consumer_of, producer_of
from monitor.clock import Clock
from monitor.formats.native import read_alarm
from monitor.ingest.actions import Actions
from monitor.ingest.broker_time import BrokerTime
from monitor.ingest.evidence import Evidence
from monitor.ingest.inventory import LiveInventory
from monitor.ingest.loop import Ingest
from monitor.ingest.questions import questions_to
from monitor.ingest.read import Reader
from monitor.readiness import Readiness
from monitor.settings import Settings
from monitor.tasks import cancelled_on_exit
from monitor.topics import Topics


class PartitionsError(RuntimeError):
    """Raised when a topic on the broker is not the one that `topics.yaml` declares."""


@asynccontextmanager
async def running_ingest(
    broker: Broker,
    topics: Topics,
    settings: Settings,
    clock: Clock,
    readiness: Readiness | None = None,
) -> AsyncIterator[tuple[Ingest, list[asyncio.Task[None]]]]:
    """Run ingest; yield it and its tasks, none of which ends unless something is wrong.

    It begins to read alarms when the inventory is there; `readiness` says whether it is.
    """
    async with AsyncExitStack() as stack:
        end_offsets = await stack.enter_async_context(broker.asking())
        producer = await stack.enter_async_context(producer_of(broker))
        await _check_partitions(producer, topics)
        records = await stack.enter_async_context(consumer_of(broker, topics.inventory.name))
        inventory = LiveInventory(
            records,
            topics.inventory.name,
            readiness or Readiness(),
            required=settings.inventory == "required",
        )
        alarms = consumer_of(broker, group=f"{settings.app_id}-ingest")
        broker_time = BrokerTime(clock)
        ingest = Ingest(
            consumer=await stack.enter_async_context(alarms),
            producer=producer,
            questions=await stack.enter_async_context(
                questions_to(end_offsets, Evidence(), broker_time)
            ),
            reader=Reader(
                read_alarm,
                inventory.elements,
                correlate=settings.correlate,
                max_clock_skew_us=settings.max_clock_skew_us,
            ),
            topics=topics,
            clock=broker_time,
        )
        ingest.inventory = inventory
        ingest.actions = actions = Actions(
            broker,
            topics,
            broker_time,
            group=f"{settings.app_id}-actions",
            max_clock_skew_us=settings.max_clock_skew_us,
        )
        tasks = [
            asyncio.create_task(inventory.run(end_offsets), name="inventory"),
            asyncio.create_task(_run(ingest, inventory), name="ingest"),
            asyncio.create_task(actions.run(), name="actions"),
        ]
        await stack.enter_async_context(cancelled_on_exit(tasks))
        yield ingest, tasks


async def _run(ingest: Ingest, inventory: LiveInventory) -> None:
    """Forward alarms once the inventory is known: what it says is frozen into them."""
    await inventory.there()
    await ingest.run()


async def _check_partitions(producer: AIOKafkaProducer, topics: Topics) -> None:
    """Refuse a number of partitions that would send outage keys elsewhere than before."""
    declared, found = topics.inputs.partitions, await producer.partitions_for(topics.inputs.name)
    if len(found) != declared:
        message = f"{topics.inputs.name} has {len(found)} partitions, topics.yaml says {declared}"
        raise PartitionsError(message)
