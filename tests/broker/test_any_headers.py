"""Header names that are no UTF-8: any producer can write them, and nothing must stop at them."""

import asyncio

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.util import calc_crc32c

from monitor.broker.access import Broker
from monitor.broker.clients import consumer_of

from .ingesting import alarm, prepared, worker
from .running import OpenBroker, ago

_CRC, _CRC_FROM = slice(17, 21), 21
_NAME = b"nom-"


def spoiled(batch: BatchBuilder) -> BatchBuilder:
    """Return the batch with the header names made Latin-1, as a careless producer writes them."""
    data = bytearray(batch._build()).replace(_NAME, b"nom\xe9")
    data[_CRC] = calc_crc32c(bytes(data[_CRC_FROM:])).to_bytes(4, "big")
    batch._buffer = bytes(data)
    return batch


async def send(broker: Broker, topic: str, values: list[bytes]) -> None:
    """Send a batch of which all but the first record have such a header."""
    async with AIOKafkaProducer(**broker.client_options) as producer:
        batch = producer.create_batch()
        for number, value in enumerate(values):
            headers = [(_NAME.decode(), b"\xff"), ("other", None)] if number else []
            batch.append(timestamp=None, key=b"k", value=value, headers=headers)
        await (await producer.send_batch(spoiled(batch), topic, partition=0))


def test_such_records_are_read_like_others(open_broker: OpenBroker) -> None:
    """Values, keys, order and what comes behind are as they were; the name shows its bytes."""

    async def run() -> None:
        async with prepared(open_broker) as product:
            topic = product.topics.alarms.name
            await send(product.broker, topic, [b"0", b"1", b"2"])
            await product.producer.send_and_wait(topic, b"3", partition=0)
            async with consumer_of(product.broker, topic) as consumer, asyncio.timeout(15):
                found = [await consumer.getone() for _ in range(4)]
        assert [record.value for record in found] == [b"0", b"1", b"2", b"3"]
        assert [record.key for record in found[:3]] == [b"k"] * 3
        assert found[1].headers == ((r"nom\xe9", b"\xff"), ("other", None))

    asyncio.run(run())


@pytest.mark.parametrize("bad", [b"not json"])
def test_ingest_goes_on(open_broker: OpenBroker, bad: bytes) -> None:
    """Good alarms with such a header are used, and bad ones are set aside."""

    async def run() -> None:
        async with prepared(open_broker) as product:
            await product.send_inventory({"element": "olt-1", "country": "BE"}, "olt-1")
            when = ago(minutes=1)
            values = [alarm(when, 1), bad, alarm(when, 2)]
            await send(product.broker, product.topics.alarms.name, values)
            async with worker(product):
                await product.until(lambda: product.coordinates == {(0, 0), (0, 2)})
                name = product.topics.alarms_dlq.name
                async with consumer_of(product.broker, name) as consumer, asyncio.timeout(15):
                    letter = await consumer.getone()
        assert letter.value == bad
        assert dict(letter.headers)[r"nom\xe9"] == b"\xff"

    asyncio.run(run())
