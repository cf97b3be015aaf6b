"""Compaction, forced: of each key only the last record stays, as it would in time."""

import asyncio
import time
from typing import Final

from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from monitor.broker.access import Broker
from monitor.broker.clients import admin_of, producer_of
from monitor.ledger.records import key_of
from monitor.topics import Topic, Topics

from .taken import Records, take_topic

_FORCED: Final = {
    "cleanup.policy": "compact",
    "segment.ms": "1",
    "min.cleanable.dirty.ratio": "0",
    "min.compaction.lag.ms": "0",
    "delete.retention.ms": "0",
}
_PATIENCE_S: Final = 90.0
#: Nothing stands under these.
_NOBODY: Final = {"ledger": key_of("nobody"), "status": b"nobody"}


async def compact(broker: Broker, topics: Topics) -> dict[str, str]:
    """Compact the ledger and the statuses, put their settings back, and say what that did."""
    figures = {}
    for part, nobody in _NOBODY.items():
        topic = getattr(topics, part)
        before = _superseded(await take_topic(broker, topic))
        await configure(broker, topic, {**topic.config, **_FORCED})
        left, until_s = before, time.monotonic() + _PATIENCE_S
        while left > max(20, before // 20) and time.monotonic() < until_s:
            await _touch(broker, topic, nobody)
            await asyncio.sleep(1)
            left = _superseded(await take_topic(broker, topic))
        figures[f"superseded records in {topic.name}"] = f"{before:,}, then {left:,}"
        await configure(broker, topic, topic.config)
    return figures


def _superseded(records: Records) -> int:
    """Count the records that a later one of the same key replaces."""
    return sum(len(some) - len({record.key for record in some}) for some in records.values())


async def _touch(broker: Broker, topic: Topic, nobody: bytes) -> None:
    """Write something that says nothing: only then a segment is closed and can be compacted."""
    async with producer_of(broker) as producer:
        for number in range(topic.partitions):
            await producer.send_and_wait(topic.name, None, nobody, partition=number)


async def configure(broker: Broker, topic: Topic, config: dict[str, str]) -> None:
    """Give a topic these settings, and no others."""
    resource = ConfigResource(ConfigResourceType.TOPIC, topic.name, configs=config)
    async with admin_of(broker) as admin:
        await admin.alter_configs([resource])
