"""A range of one partition, read by fetched batches: a ledger, or inputs that did not come."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from monitor.broker.access import Broker
from monitor.broker.clients import consumer_of

#: How long the broker may be silent while there is something to read.
_SILENCE_S: Final = 30.0
_POLL_MS: Final = 500
_MANY: Final = 5000


class SilentError(RuntimeError):
    """Raised when a broker does not deliver records that it has."""


@asynccontextmanager
async def _reading(broker: Broker, source: TopicPartition) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = consumer_of(broker)
    await consumer.start()
    try:
        consumer.assign([source])
        yield consumer
    finally:
        await consumer.stop()


async def bounds(broker: Broker, source: TopicPartition) -> tuple[int, int]:
    """Return where a partition begins and ends now, for a reader of what is committed."""
    async with _reading(broker, source) as consumer, asyncio.timeout(_SILENCE_S):
        begin = (await consumer.beginning_offsets([source]))[source]
    async with broker.asking() as end_offsets, asyncio.timeout(_SILENCE_S):
        return begin, (await end_offsets({source: begin}))[source]


async def read_range(
    broker: Broker, source: TopicPartition, begin: int, end: int
) -> AsyncIterator[list[ConsumerRecord]]:
    """Yield all records from an offset up to another, in batches; raises SilentError."""
    if begin >= end:
        return
    async with _reading(broker, source) as consumer:
        consumer.seek(source, begin)
        heard_s, loop = 0.0, asyncio.get_running_loop()
        while (position := await consumer.position(source)) < end:
            batch = await consumer.getmany(timeout_ms=_POLL_MS, max_records=_MANY)
            if records := [r for r in batch.get(source, ()) if r.offset < end]:
                yield records
            if records or await consumer.position(source) > position:
                heard_s = loop.time()
            elif loop.time() - (heard_s := heard_s or loop.time()) > _SILENCE_S:
                where = f"{source.topic}/{source.partition}"
                message = f"{where} has records up to {end}, nothing came after {position}"
                raise SilentError(message)
