"""Alarms of sources that compress: whatever Kafka lets them use is read."""

import asyncio
import json

import pytest
from aiokafka import AIOKafkaProducer

from .running import OpenBroker, ago, running
from .test_live import OLT, alarm

EFFECT = {"kind": "interconnection", "target": "ix-1"}


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
def test_a_compressed_alarm_is_read(open_apache: OpenBroker, codec: str) -> None:
    """A batch in each codec of Kafka becomes a notification."""

    async def run() -> None:
        async with running(open_apache, [OLT]) as product:
            async with AIOKafkaProducer(
                **product.broker.client_options, compression_type=codec
            ) as source:
                value = json.dumps(alarm("1", ago(seconds=0), effects=[EFFECT])).encode()
                await source.send_and_wait(product.topics.alarms.name, value)
            (record,) = await product.read(product.topics.notifications.name, 1)
        assert json.loads(record.value)["rule"] == "be.bipt.interconnection"

    asyncio.run(run())
