"""How a partition writes: what is published and its ledger records at once, or not at all.

With transactions each partition has a producer of its own. To start it fences whoever wrote for the
partition before, and ends what was left open; whoever was fenced can write nothing any more. The
embedded broker has no transactions: there the same is sent and awaited one after the other.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import ProducerFenced
from aiokafka.partitioner import murmur2

from monitor.broker.access import Broker
from monitor.broker.clients import producer_of
from monitor.decide.outputs import Headers, Output
from monitor.ledger.keeper import LedgerRecord
from monitor.topics import Topics

#: How long the broker may take to answer.
ANSWER_S: Final = 30.0

Sent = list[asyncio.Future[Any]]
#: time stamp (ms; None: now), key, value, headers
_Record = tuple[int | None, bytes | None, bytes | None, Headers]
_NO_HEADERS: Final[Headers] = []


class FencedError(RuntimeError):
    """Raised when another worker writes for the partition now."""


class Writer:
    """Writes for one partition of inputs."""

    def __init__(
        self, producer: AIOKafkaProducer, topics: Topics, partition: int, *, transactional: bool
    ) -> None:
        """Take a started producer."""
        self._producer = producer
        self._topics = topics
        self._partition = partition
        self._transactional = transactional

    async def write(
        self,
        outputs: Sequence[Output],
        ledger: Sequence[LedgerRecord],
        *,
        inputs: Sequence[tuple[bytes, int]] = (),
    ) -> list[int]:
        """Write all of it, or raise; `inputs` are records for inputs with their time stamps (ms).

        Return the time stamps that inputs were given: the broker's, where it is the one to say.
        Raises FencedError if the partition has another owner; nothing was written then.
        """
        work = asyncio.create_task(self._write(outputs, ledger, inputs))
        # Cut short it would still end its transaction, maybe for ever: so it is left alone.
        done, _ = await asyncio.wait({work}, timeout=ANSWER_S)
        if not done:
            message = f"Kafka did not take what was written within {ANSWER_S:.0f} s"
            raise TimeoutError(message)
        return await work

    async def _write(
        self,
        outputs: Sequence[Output],
        ledger: Sequence[LedgerRecord],
        inputs: Sequence[tuple[bytes, int]],
    ) -> list[int]:
        if not self._transactional:
            await asyncio.gather(*await self._send_outputs(outputs))
            answers = await asyncio.gather(*await self._send_inputs(inputs))
            await asyncio.gather(*await self._send_ledger(ledger))
            return [answer.timestamp for answer in answers]
        try:
            async with self._producer.transaction():
                said = await self._send_outputs(outputs)
                put = await self._send_inputs(inputs)
                await asyncio.gather(*said, *put, *await self._send_ledger(ledger))
            return [future.result().timestamp for future in put]
        except ProducerFenced as error:
            message = f"another worker writes for partition {self._partition} now"
            raise FencedError(message) from error

    async def _send_outputs(self, outputs: Iterable[Output]) -> Sent:
        bound: dict[tuple[str, int], list[_Record]] = {}
        for o in outputs:
            record = (o.timestamp_ms, o.key, o.value, o.headers)
            bound.setdefault((o.topic, await self._place(o)), []).append(record)
        sent: Sent = []
        for (topic, partition), records in bound.items():
            sent += await self._send_batches(topic, partition, records)
        return sent

    async def _place(self, output: Output) -> int:
        """Return the partition that a key belongs to, as all clients of Kafka place it."""
        partitions = len(await self._producer.partitions_for(output.topic))
        if partitions == 1 or output.key is None:
            return 0
        return int(murmur2(output.key) & 0x7FFFFFFF) % partitions

    async def _send_inputs(self, inputs: Iterable[tuple[bytes, int]]) -> Sent:
        return [
            await self._producer.send(
                self._topics.inputs.name, value, partition=self._partition, timestamp_ms=stamp_ms
            )
            for value, stamp_ms in inputs
        ]

    async def _send_ledger(self, records: Iterable[LedgerRecord]) -> Sent:
        unstamped = ((None, key, value, _NO_HEADERS) for key, value in records)
        return await self._send_batches(self._topics.ledger.name, self._partition, unstamped)

    async def _send_batches(self, topic: str, partition: int, records: Iterable[_Record]) -> Sent:
        """Send by whole batches: thousands of records cost little more than one."""
        producer, sent = self._producer, []
        batch = producer.create_batch()
        for stamp_ms, key, value, headers in records:
            said = {"timestamp": stamp_ms, "key": key, "value": value, "headers": headers}
            if batch.append(**said) is None:
                sent.append(await producer.send_batch(batch, topic, partition=partition))
                batch = producer.create_batch()
                batch.append(**said)
        if batch.record_count():
            sent.append(await producer.send_batch(batch, topic, partition=partition))
        return sent


@asynccontextmanager
async def writing(
    broker: Broker, topics: Topics, app_id: str, partition: int
) -> AsyncIterator[Writer]:
    """Start a producer for a partition, fencing the one before it."""
    name = f"{app_id}-decide-{partition}" if broker.transactional else None
    producer = producer_of(broker, name)
    async with asyncio.timeout(ANSWER_S):
        await producer.start()
    try:
        yield Writer(producer, topics, partition, transactional=broker.transactional)
    finally:
        await _stopped(producer)


async def _stopped(producer: AIOKafkaProducer) -> None:
    """Stop a producer; one that was fenced, or whose broker is gone, must not hold us up."""
    try:
        async with asyncio.timeout(1.0):
            await producer.stop()
    except Exception:  # noqa: BLE001 - whatever it is, nothing is written by it any more
        return
