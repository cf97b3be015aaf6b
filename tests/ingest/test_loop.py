"""The loop: what it says and commits is never more than what the broker acknowledged."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiokafka.errors import KafkaError

from monitor.clock import ScaledClock
from monitor.formats.native import read_alarm
from monitor.ingest.broker_time import BrokerTime
from monitor.ingest.envelope import unseal
from monitor.ingest.evidence import Evidence
from monitor.ingest.loop import Ingest
from monitor.ingest.questions import Questions
from monitor.ingest.read import Reader
from monitor.topics import load_topics

from .fakes import SOURCE, Consumer, Producer
from .records import NOW_US, alarm, record


class Loop:
    """A loop with what it talks to, and the log of what happened."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self.log: list[str] = []
        self.consumer, self.producer = Consumer(self.log), Producer(self.log)
        self.ends_at: int | None = None
        topics = load_topics("x")
        topics = topics.model_copy(
            update={"inputs": topics.inputs.model_copy(update={"partitions": 1})}
        )
        clock = BrokerTime(ScaledClock(NOW_US, 1))

        async def end_offsets(read_to: dict[object, int]) -> dict[object, int]:
            return {s: o if self.ends_at is None else self.ends_at for s, o in read_to.items()}

        self.ingest = Ingest(
            consumer=self.consumer,
            producer=self.producer,
            questions=Questions(end_offsets, Evidence(), clock),  # type: ignore[arg-type]
            reader=Reader(read_alarm, {}, correlate="group", max_clock_skew_us=0),
            topics=topics,
            clock=clock,
        )

    def poll(self, *offsets: int, value: bytes | None = None) -> None:
        """Let the next poll bring alarms with these offsets."""
        records = [record(value or alarm(o), offset=o, stamp_ms=NOW_US // 1000) for o in offsets]
        self.consumer.polls.put_nowait(records)

    @property
    def alarms(self) -> list[int]:
        """The offsets of the alarms that were acknowledged, in their order."""
        return [item.offset for value in self.producer.sent for item in unseal(value).items]

    @property
    def confirmed(self) -> list[int]:
        """The times that were said of the partition."""
        ticks = [unseal(value).tick for value in self.producer.sent]
        return [up_to_us for tick in ticks for _, _, up_to_us in tick.confirmed]

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds."""
        async with asyncio.timeout(5):
            while not holds():  # noqa: ASYNC110 - what is asked for has no event
                await asyncio.sleep(0.005)


@asynccontextmanager
async def running() -> AsyncIterator[tuple[Loop, asyncio.Task[None]]]:
    """Run a loop until left."""
    loop = Loop()
    task = asyncio.create_task(loop.ingest.run())
    try:
        await loop.until(lambda: bool(loop.producer.sent))
        yield loop, task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_what_is_polled_is_sent_in_order_and_committed() -> None:
    """Poll by poll, every alarm once; and the last offset is committed."""

    async def run() -> None:
        async with running() as (loop, _):
            for start in range(0, 30, 3):
                loop.poll(start, start + 1, start + 2)
            await loop.until(lambda: "committed 30" in loop.log)
        assert loop.alarms == list(range(30))

    asyncio.run(run())


def test_nothing_is_committed_or_said_before_it_is_acknowledged() -> None:
    """While the broker is silent one more poll is read, and no third."""

    async def run() -> None:
        async with running() as (loop, _):
            await loop.until(lambda: len(loop.confirmed) > 1)
            said = len(loop.producer.sent)
            loop.producer.acknowledges.clear()
            loop.poll(0)
            loop.poll(1)
            loop.poll(2)
            await loop.until(lambda: "polled 1" in loop.log)
            await asyncio.sleep(0.6)
            assert loop.log == ["polled 0", "polled 1"]
            assert len(loop.producer.sent) == said
            loop.producer.acknowledges.set()
            await loop.until(lambda: "committed 3" in loop.log)
        assert loop.alarms == [0, 1, 2]

    asyncio.run(run())


def test_a_tick_counts_only_what_was_sent() -> None:
    """An end that was polled but is not acknowledged is not confirmed, however long that lasts."""

    async def run() -> None:
        async with running() as (loop, _):
            loop.ends_at = 2
            loop.poll(0, value=b"bad")
            await loop.until(lambda: loop.ingest.dead_letters == 1)
            confirmed = len(loop.confirmed)
            loop.producer.acknowledges.clear()
            loop.poll(1, value=b"bad")
            await loop.until(lambda: "polled 1" in loop.log)
            await asyncio.sleep(0.4)
            assert loop.ingest.dead_letters == 1
            assert len(loop.confirmed) == confirmed
            loop.producer.acknowledges.set()
            await loop.until(lambda: len(loop.confirmed) > confirmed)
            assert loop.ingest.dead_letters == 2

    asyncio.run(run())


def test_a_failure_to_send_ends_the_loop() -> None:
    """What was not acknowledged is not committed: the next worker reads it again."""

    async def run() -> None:
        async with running() as (loop, task):
            loop.producer.failure = KafkaError("no")
            loop.poll(0)
            with pytest.raises(KafkaError):
                await asyncio.wait_for(task, 5)
            assert not [line for line in loop.log if line.startswith("committed")]

    asyncio.run(run())


def test_a_stop_commits_what_arrived() -> None:
    """What is being sent when the stop comes is waited for, and read by nobody again."""

    async def run() -> None:
        async with running() as (loop, task):
            loop.poll(0)
            await loop.until(lambda: "committed 1" in loop.log)
            loop.producer.acknowledges.clear()
            loop.poll(1)
            await loop.until(lambda: "polled 1" in loop.log)
            await asyncio.sleep(0.05)
            task.cancel()
            await asyncio.sleep(0.05)
            loop.producer.acknowledges.set()
            await asyncio.gather(task, return_exceptions=True)
            assert loop.log[-1] == "committed 2"

    asyncio.run(run())


def test_what_waits_when_partitions_go_is_left_to_their_owner() -> None:
    """What is being sent is finished and committed; what was only polled is forgotten."""

    async def run() -> None:
        async with running() as (loop, _):
            loop.producer.acknowledges.clear()
            loop.poll(0)
            loop.poll(1)
            await loop.until(lambda: "polled 1" in loop.log)
            await asyncio.sleep(0.05)
            revoked = asyncio.create_task(loop.ingest.on_partitions_revoked([SOURCE]))
            await asyncio.sleep(0.05)
            assert not revoked.done()
            loop.producer.acknowledges.set()
            await revoked
            assert loop.log[-1] == "committed 1"
            loop.poll(1, 2)
            await loop.until(lambda: "committed 3" in loop.log)
            assert loop.alarms == [0, 1, 2]

    asyncio.run(run())
