"""What the topics hold when all workers have ended: everything that the checks look at."""

import asyncio
from collections import defaultdict
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from msgspec import Struct
from msgspec.msgpack import encode

from monitor.broker.access import Broker
from monitor.ledger.topic import bounds, read_range
from monitor.topics import Topic, Topics

#: by partition
Records = dict[int, list[ConsumerRecord]]


class Taken(Struct):
    """The records of every topic, as a reader of what is committed sees them."""

    alarms: Records
    inputs: Records
    ledger: Records
    notifications: Records
    status: Records
    obligations: Records
    letters: Records
    #: notifications as a reader sees them who does not care whether they are committed
    uncommitted: int

    def keep(self, directory: Path) -> None:
        """Write all of it to files, for whoever looks for a cause."""
        for name in (
            "alarms", "inputs", "ledger", "notifications", "status", "obligations", "letters",
        ):  # fmt: skip
            records: Records = getattr(self, name)
            lines = [_line(record) for number in sorted(records) for record in records[number]]
            (directory / f"{name}.msgpack").write_bytes(encode(lines))


def _line(record: ConsumerRecord) -> list[Any]:
    return [record.partition, record.offset, record.timestamp, record.key, record.value]


async def take(broker: Broker, topics: Topics) -> Taken:
    """Read every topic from its beginning to its end."""
    return Taken(
        alarms=await take_topic(broker, topics.alarms),
        inputs=await take_topic(broker, topics.inputs),
        ledger=await take_topic(broker, topics.ledger),
        notifications=await take_topic(broker, topics.notifications),
        status=await take_topic(broker, topics.status),
        obligations=await take_topic(broker, topics.obligations),
        letters=await take_topic(broker, topics.alarms_dlq),
        uncommitted=await _uncommitted(broker, topics.notifications),
    )


async def take_topic(broker: Broker, topic: Topic) -> Records:
    """Read a topic."""
    records: Records = defaultdict(list)
    for number in range(topic.partitions):
        source = TopicPartition(topic.name, number)
        async for batch in read_range(broker, source, *await bounds(broker, source)):
            records[number] += batch
            await asyncio.sleep(0)
    return records


async def _uncommitted(broker: Broker, topic: Topic) -> int:
    """Count the notifications that were written, also by transactions that came to nothing."""
    sources = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
    consumer = AIOKafkaConsumer(**broker.client_options, isolation_level="read_uncommitted")
    count = 0
    async with consumer:
        consumer.assign(sources)
        ends = await consumer.end_offsets(sources)
        for source in sources:
            consumer.seek(source, 0)
        while any([await consumer.position(source) < ends[source] for source in sources]):
            batch = await consumer.getmany(timeout_ms=200)
            count += sum(len(records) for records in batch.values())
    return count
