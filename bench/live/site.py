"""A broker of the bench's own, the topics of each run on it, and records written in bulk."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import yaml
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import NewTopic
from aiokafka.errors import GroupCoordinatorNotAvailableError, NotCoordinatorForGroupError
from msgspec import Struct

from monitor.broker.access import Kafka
from monitor.broker.clients import admin_of, consumer_of, producer_of
from monitor.topics import Topics, create_topics, load_topics

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from kafka_cluster import Cluster  # noqa: E402 - a script of the repository, in no package
from kafka_config import free_ports as _free_ports  # noqa: E402

_PACKAGED: Final = ROOT / "monitor" / "topics.yaml"
#: Records of one partition that are sent as one batch.
_BATCH_BYTES: Final = 200_000
_MANY: Final = 20_000

#: partition, key, time stamp (ms), value
Record = tuple[int, bytes | None, int, bytes | None]


class Site(Struct):
    """A running broker, and a directory for the files of the runs."""

    broker: Kafka
    directory: Path

    async def topics_of(self, app_id: str, alarms: str, inventory: str) -> Topics:
        """Make the topics of a run: its own, but for those that it reads alarms from."""
        said = yaml.safe_load(_PACKAGED.read_text("utf-8"))
        for part, topic in said["topics"].items():
            if topic["direction"] != "internal":
                topic["name"] = f"{app_id}-{part}"
        said["topics"]["alarms"]["name"] = alarms
        said["topics"]["inventory"]["name"] = inventory
        path = self.directory / f"{app_id}.yaml"
        path.write_text(yaml.safe_dump(said), "utf-8")
        topics = load_topics(app_id, path)
        async with admin_of(self.broker) as admin:
            await create_topics(admin, topics)
        return topics

    async def make(self, partitions: Mapping[str, int]) -> None:
        """Make topics with so many partitions."""
        async with admin_of(self.broker) as admin:
            await admin.create_topics([NewTopic(name, n, 1) for name, n in partitions.items()])

    def worker(self, app_id: str, role: str, port: int = 0) -> tuple[list[str], dict[str, str]]:
        """Return the command of a worker, and its environment."""
        return [sys.executable, "-m", "monitor", "worker", "--role", role], {
            "MONITOR_BROKER": self.broker.bootstrap,
            "MONITOR_APP_ID": app_id,
            "MONITOR_TOPICS_FILE": str(self.directory / f"{app_id}.yaml"),
            "MONITOR_WEB_PORT": str(port),
            "MONITOR_LOG_FORMAT": "json",
        }

    def watch(self, topic: str) -> list[str]:
        """Return the command that reads the notifications of a topic."""
        return [sys.executable, "-m", "bench.live.watch", self.broker.bootstrap, topic]

    async def write(self, topic: str, records: Iterable[Record]) -> int:
        """Write records, many at once; return how many."""
        count = 0
        async with producer_of(self.broker) as producer:
            bulk = Bulk(producer, topic)
            for record in records:
                count += 1
                await bulk.add(record)
            await bulk.flush()
        return count

    async def ends(self, topic: str) -> dict[TopicPartition, int]:
        """Return where each partition of a topic ends now."""
        async with AIOKafkaConsumer(topic, bootstrap_servers=self.broker.bootstrap) as consumer:
            ends: dict[TopicPartition, int] = await consumer.end_offsets(consumer.assignment())
        return ends

    async def committed(self, group: str) -> Mapping[TopicPartition, int]:
        """Return how far a consumer group has committed."""
        async with admin_of(self.broker) as admin:
            try:
                offsets = await admin.list_consumer_group_offsets(group)
            except (GroupCoordinatorNotAvailableError, NotCoordinatorForGroupError):
                return {}  # the broker has had no groups until now
        return {source: max(0, found.offset) for source, found in offsets.items()}

    async def commit(self, group: str, offsets: Mapping[TopicPartition, int]) -> None:
        """Commit for a group that nobody is in."""
        async with consumer_of(self.broker, group=group) as consumer:
            consumer.assign(list(offsets))
            await consumer.commit(dict(offsets))

    async def read(self, topic: str) -> AsyncIterator[ConsumerRecord]:
        """Yield all committed records that a topic has by now."""
        ends = await self.ends(topic)
        async with consumer_of(self.broker) as consumer:
            consumer.assign(list(ends))
            while any([await consumer.position(source) < end for source, end in ends.items()]):
                batch = await consumer.getmany(timeout_ms=200, max_records=_MANY)
                for records in batch.values():
                    for record in records:
                        yield record


class Bulk:
    """Collects records by partition, and sends them as whole batches."""

    def __init__(self, producer: AIOKafkaProducer, topic: str) -> None:
        """Take a started producer."""
        self._producer = producer
        self._topic = topic
        self._batches: dict[int, Any] = {}
        self._bytes: dict[int, int] = {}
        self._sent: list[asyncio.Future[Any]] = []

    async def add(self, record: Record) -> None:
        """Add a record; send what was collected if it is enough."""
        partition, key, stamp_ms, value = record
        if self._bytes.get(partition, 0) >= _BATCH_BYTES:
            await self._send(partition)
        batch = self._batches.get(partition)
        if batch is None:
            batch = self._batches[partition] = self._producer.create_batch()
        batch.append(timestamp=stamp_ms, key=key, value=value)
        self._bytes[partition] = self._bytes.get(partition, 0) + len(value or b"") + 64

    async def _send(self, partition: int) -> None:
        batch = self._batches.pop(partition)
        self._bytes[partition] = 0
        sent = await self._producer.send_batch(batch, self._topic, partition=partition)
        self._sent.append(sent)

    async def begin_flush(self) -> None:
        """Send what was collected, and do not wait for it."""
        for partition in list(self._batches):
            await self._send(partition)
        self._sent = [sent for sent in self._sent if not sent.done() or sent.exception()]

    async def flush(self) -> None:
        """Send what was collected, and wait until all has arrived."""
        await self.begin_flush()
        sent, self._sent = self._sent, []
        await asyncio.gather(*sent)


def free_port() -> int:
    """Return a port of this machine that nobody uses now."""
    return _free_ports(1)[0]


@asynccontextmanager
async def open_site(heap_mb: int = 1024) -> AsyncIterator[Site]:
    """Start a broker with a directory of its own, and remove both in the end."""
    async with Cluster(heap_mb=heap_mb) as cluster:
        with tempfile.TemporaryDirectory(prefix="bench-") as directory:
            yield Site(Kafka(cluster.bootstrap), Path(directory))
