"""What the program asks of a broker, of either kind: records as sent, and where a topic ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import NewTopic

from monitor.broker.access import Broker
from monitor.broker.clients import admin_of, consumer_of, producer_of

from .running import OpenBroker, unique_app_id


@asynccontextmanager
async def with_topic(open_broker: OpenBroker) -> AsyncIterator[tuple[Broker, str]]:
    """Open a broker and make an empty topic with two partitions."""
    topic = unique_app_id()
    async with open_broker() as broker:
        async with admin_of(broker) as admin:
            # The time stamps of a test may be old.
            kept = {"retention.ms": "-1"}
            await admin.create_topics([NewTopic(topic, 2, 1, topic_configs=kept)])
        yield broker, topic


async def produce(broker: Broker, topic: str, count: int) -> None:
    """Write records with keys, time stamps and headers into partition 0, in one batch or few."""
    async with producer_of(broker) as producer:
        sent = [
            await producer.send(topic, b"%d" % n, b"k", 0, timestamp_ms=n, headers=[("h", b"v")])
            for n in range(count)
        ]
        await asyncio.gather(*sent)


def test_records_come_back_as_they_were_sent(open_broker: OpenBroker) -> None:
    """Value, key, time stamp and headers survive."""

    async def run() -> None:
        async with with_topic(open_broker) as (broker, topic):
            await produce(broker, topic, 3)
            async with consumer_of(broker, topic) as consumer:
                records = [await consumer.getone() for _ in range(3)]
        assert [(r.value, r.key, r.timestamp, r.headers) for r in records] == [
            (b"%d" % n, b"k", n, (("h", b"v"),)) for n in range(3)
        ]

    asyncio.run(run())


def test_the_end_is_the_true_end(open_broker: OpenBroker) -> None:
    """However far was read, and however the records were batched, the end is asked for anew."""

    async def run() -> None:
        async with with_topic(open_broker) as (broker, topic):
            first, second = TopicPartition(topic, 0), TopicPartition(topic, 1)
            async with broker.asking() as end_offsets:
                for written in (0, 10, 20):
                    for read_to in {0, written // 2, written}:
                        ends = await end_offsets({first: read_to, second: 0})
                        assert ends == {first: written, second: 0}
                    await produce(broker, topic, 10)
                assert await end_offsets({}) == {}

    asyncio.run(run())


@pytest.mark.parametrize("kept", [True, False])
def test_the_end_counts_what_is_not_to_be_seen_yet(open_apache: OpenBroker, *, kept: bool) -> None:
    """Behind an open transaction nobody has read to the end; after it, committed or not, one has.

    The marks that end a transaction are records, too, which a reader must get past.
    """

    async def run() -> None:
        async with with_topic(open_apache) as (broker, topic):
            source = TopicPartition(topic, 0)
            async with (
                producer_of(broker, f"{topic}-writer") as writer,
                consumer_of(broker) as reader,
                broker.asking() as end_offsets,
            ):
                reader.assign([source])
                await writer.begin_transaction()
                await writer.send_and_wait(topic, b"open", partition=0)
                await produce(broker, topic, 1)
                assert not await reader.getmany(timeout_ms=300)
                assert await reader.position(source) == 0
                assert await end_offsets({source: 0}) == {source: 2}

                await (writer.commit_transaction() if kept else writer.abort_transaction())
                seen = [await reader.getone() for _ in range(2 if kept else 1)]
                assert [record.value for record in seen] == [b"open", b"0"][-len(seen) :]
                async with asyncio.timeout(10):
                    while await reader.position(source) < 3:
                        assert not await reader.getmany(timeout_ms=100)
                assert await end_offsets({source: 3}) == {source: 3}

    asyncio.run(run())
