"""After a stop: what was over in time is never notified, what was due while nobody looked is."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random
from signal import SIGKILL, SIGTERM
from typing import Any, Final

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from chaos.compaction import configure
from chaos.crew import Worker
from chaos.taken import take_topic
from chaos.watch import Watch
from kafka_jars import missing
from msgspec import Struct

from monitor.broker.access import Broker
from monitor.broker.clients import consumer_of, producer_of
from monitor.clock import ScaledClock, WallClock
from monitor.core.written import time_text
from monitor.decide.recovery import home_of
from monitor.decide.start import running_decide
from monitor.formats.instant import time_us
from monitor.ingest.start import running_ingest
from monitor.packs.loading import load_law
from monitor.settings import Settings
from monitor.topics import Topics, load_topics

from .running import OpenBroker, create, topics_file, unique_app_id

pytestmark = pytest.mark.skipif(missing() is not None, reason=str(missing()))

MINUTE_US: Final = 60_000_000
HOUR_US: Final = 60 * MINUTE_US
STOPPED_US: Final = 7 * HOUR_US
PATIENCE_S: Final = 120
ELEMENTS: Final = 60
#: no alarm of this one ends
BROKEN: Final = "olt-broken"
_HIT: Final = {"service": "fixed_internet", "area": "BE-2000", "end_users": 30_000}


class Stopped(Struct):
    """A product that worked until hours ago, and the topics that it left behind."""

    broker: Broker
    topics: Topics
    settings: Settings
    producer: AIOKafkaProducer
    workers: list[Worker]
    #: when it stopped
    stopped_us: int

    async def send(self, alarm: dict[str, Any], partition: int, stamp_us: int) -> None:
        """Send an alarm into a partition, with a time stamp; it is not waited for."""
        value = json.dumps(alarm).encode()
        await self.producer.send(
            self.topics.alarms.name, value, partition=partition, timestamp_ms=stamp_us // 1000
        )

    async def worked_off(self) -> None:
        """Start the workers, and wait until all that is there now was applied."""
        now_us = WallClock().now_us()
        watch = Watch(self.broker, self.topics.ledger)
        following = asyncio.create_task(watch.run())
        for worker in self.workers:
            worker.start()
        try:
            assert await watch.until_at(now_us, PATIENCE_S) is not None
        finally:
            following.cancel()

    async def notifications(self) -> list[dict[str, Any]]:
        """Return all that was published, in order."""
        (records,) = (await take_topic(self.broker, self.topics.notifications)).values() or ([],)
        return [json.loads(record.value) for record in records]


def alarm(number: int, element: str, time_us: int, action: str = "raise") -> dict[str, Any]:
    """Return an event of an alarm."""
    return {
        "source": "oss",
        "alarm_id": f"{element}-{number}",
        "action": action,
        "event_time": time_text(time_us),
        "element": element,
    }


def short_alarms(since_us: int, until_us: int) -> Iterator[tuple[dict[str, Any], int, int]]:
    """Yield events in order of time, with their times, and partitions: none ends where it began.

    Every element fails again and again, for up to an hour less a second; then all is well with it
    for more than the hour within which a failure would count as the same.
    """
    rng, events = Random(12), []
    for n in range(ELEMENTS):
        now_us, number = since_us + rng.randint(0, HOUR_US), 0
        while now_us + HOUR_US < until_us:
            ends_us = now_us + HOUR_US - rng.choice((1, 60, 600)) * 1_000_000
            raised, cleared = rng.sample(range(6), 2)
            events.append((alarm(number, f"olt-{n}", now_us), now_us, raised))
            events.append((alarm(number, f"olt-{n}", ends_us, "clear"), ends_us, cleared))
            # More that hit nobody, and are large: each partition is read in many pieces.
            for filler in range(40):
                at_us = rng.randint(now_us, ends_us)
                quiet = {**alarm(filler, f"quiet-{n}-{number}", at_us), "impact": []}
                quiet |= {"country": "BE", "additional_text": "x" * 3000}
                events.append((quiet, at_us, rng.randrange(6)))
            now_us, number = ends_us + HOUR_US + 1_000_000 + rng.randint(0, HOUR_US), number + 1
    events.sort(key=lambda event: event[1])
    yield from events


@asynccontextmanager
async def stopped(
    open_broker: OpenBroker, directory: Path, roles: list[str]
) -> AsyncIterator[Stopped]:
    """Let the product work for a moment by a clock that is hours behind, then stop it."""
    settings = Settings(app_id=unique_app_id())
    file = topics_file(directory, settings.app_id)
    topics = load_topics(settings.app_id, file)
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(open_broker())
        await create(broker, topics)
        producer = await stack.enter_async_context(producer_of(broker))
        for element in [*(f"olt-{n}" for n in range(ELEMENTS)), BROKEN]:
            record = {"element": element, "country": "BE", "serves": [_HIT]}
            value = json.dumps(record).encode()
            await producer.send_and_wait(topics.inventory.name, value, element.encode())
        environment = {
            "MONITOR_BROKER": broker.bootstrap, "MONITOR_APP_ID": settings.app_id,
            "MONITOR_TOPICS_FILE": str(file), "MONITOR_WEB_PORT": "0",
            "MONITOR_LOG_FORMAT": "json",
        }  # fmt: skip
        workers = [Worker(f"{n}-{r}", r, environment, directory) for n, r in enumerate(roles)]
        clock = ScaledClock(WallClock().now_us() - STOPPED_US, 1.0)
        clock.start()
        product = Stopped(broker, topics, settings, producer, workers, 0)
        # Where the broker stamps the records nobody can be hours behind.
        by_writers = {**topics.inputs.config, "message.timestamp.type": "CreateTime"}
        await configure(broker, topics.inputs, by_writers)
        await _work_for_a_moment(product, clock)
        product.stopped_us = clock.now_us()
        await configure(broker, topics.inputs, topics.inputs.config)
        try:
            yield product
        finally:
            for worker in workers:
                await worker.end(SIGKILL)


async def _work_for_a_moment(product: Stopped, clock: ScaledClock) -> None:
    """Take an alarm of just now, as the clock says; be stopped when that was applied."""
    watch = Watch(product.broker, product.topics.ledger)
    home = home_of(product.broker, product.topics, product.settings, load_law())
    raised_us = clock.now_us() - 10 * MINUTE_US
    await product.send(alarm(0, BROKEN, raised_us), 0, raised_us)
    await product.send(alarm(99, "olt-0", raised_us), 1, raised_us)
    async with (
        running_decide(home, product.settings, clock),
        running_ingest(product.broker, product.topics, product.settings, clock),
    ):
        following = asyncio.create_task(watch.run())
        try:
            assert await watch.until_at(clock.now_us(), PATIENCE_S) is not None
        finally:
            following.cancel()


@pytest.mark.parametrize(
    ("stamps", "roles"),
    [
        ("as old as the events", ["all", "all"]),
        ("of one burst just before the start", ["decide", "ingest", "ingest"]),
    ],
)
def test_a_backlog_raises_no_false_alarm(
    open_apache: OpenBroker, tmp_path: Path, stamps: str, roles: list[str]
) -> None:
    """Hours of failures that were over in time: nothing is published, not even to be withdrawn."""

    async def run() -> None:
        async with stopped(open_apache, tmp_path, roles) as product:
            cleared_us = product.stopped_us + 40 * MINUTE_US
            # What was raised before the stop ended soon after it.
            events = [(alarm(99, "olt-0", cleared_us, "clear"), cleared_us, 1)]
            events += [(alarm(0, BROKEN, cleared_us, "clear"), cleared_us, 0)]
            since_us = cleared_us + 61 * MINUTE_US
            events += short_alarms(since_us, WallClock().now_us())
            assert len(events) > 3000
            for said, time_us, partition in events:
                stamp_us = time_us if stamps == "as old as the events" else WallClock().now_us()
                await product.send(said, partition, stamp_us)
            await product.producer.flush()
            await product.worked_off()
            assert await product.notifications() == []

    asyncio.run(run())


def test_a_backlog_raises_no_false_alarm_though_workers_are_killed(
    open_apache: OpenBroker, tmp_path: Path
) -> None:
    """Whoever goes on with a backlog that another began goes on in its own time, too."""

    async def run() -> None:
        async with stopped(open_apache, tmp_path, ["all", "all"]) as product:
            cleared_us = product.stopped_us + 40 * MINUTE_US
            await product.send(alarm(99, "olt-0", cleared_us, "clear"), 1, cleared_us)
            await product.send(alarm(0, BROKEN, cleared_us, "clear"), 0, cleared_us)
            for said, time_us, partition in short_alarms(
                cleared_us + 61 * MINUTE_US, WallClock().now_us()
            ):
                await product.send(said, partition, time_us)
            await product.producer.flush()
            async with consumer_of(product.broker) as inputs, asyncio.timeout(4 * PATIENCE_S):
                inputs.assign([TopicPartition(product.topics.inputs.name, 0)])
                await inputs.seek_to_end()
                for worker in product.workers:
                    worker.start()
                    # As soon as a little more of the backlog was forwarded.
                    for _ in range(3):
                        await inputs.getone()
                    worker.send(SIGKILL)
            await product.worked_off()
            assert await product.notifications() == []

    asyncio.run(run())


def test_a_deadline_that_passed_meanwhile_fires_at_start(
    open_apache: OpenBroker, tmp_path: Path
) -> None:
    """With the instant that it was due, one minute after another; and the input was complete."""

    async def run() -> None:
        async with stopped(open_apache, tmp_path, ["all"]) as product:
            raised_us = product.stopped_us + HOUR_US
            for n in range(3):
                at_us = raised_us + n * MINUTE_US
                await product.send(alarm(7, f"olt-{n + 1}", at_us), n, at_us)
            cleared_us = product.stopped_us + 30 * MINUTE_US
            await product.send(alarm(99, "olt-0", cleared_us, "clear"), 1, cleared_us)
            await product.producer.flush()
            await product.worked_off()
            await product.workers[0].end(SIGTERM)
            said = await product.notifications()
        crossed = {n["outage_key"]: n["crossed_at"] for n in said}
        broken_us = min(time_us(n["first_onset"]) for n in said)
        assert crossed == {
            f"BE/{BROKEN}": time_text(broken_us + HOUR_US),
            **{f"BE/olt-{n + 1}": time_text(raised_us + n * MINUTE_US + HOUR_US) for n in range(3)},
        }
        assert [n["type"] for n in said] == ["required"] * 4
        assert all(n["input_complete"] for n in said)
        assert product.workers[0].ends[-1].code == 0

    asyncio.run(run())
