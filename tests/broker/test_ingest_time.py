"""Ticks on a real broker: what they confirm is so, whatever happens to source, clock or worker."""

import asyncio
from collections.abc import Callable

import pytest
from aiokafka.admin import NewPartitions, NewTopic

from monitor.broker.clients import admin_of, producer_of
from monitor.clock import WallClock
from monitor.ingest import loop, sources
from monitor.ingest.evidence import SourceReplacedError

from .ingesting import ELEMENT, Ingesting, alarm, prepared, worker
from .running import OpenBroker, ago

SECOND_US = 1_000_000
HOUR_US = 3600 * SECOND_US


class WrongClock(WallClock):
    """The clock of a host that is wrong by so much."""

    def __init__(self, ahead_us: int) -> None:
        """Take how far it is ahead."""
        self._ahead_us = ahead_us

    def now_us(self) -> int:
        """Return the wrong time."""
        return super().now_us() + self._ahead_us


def confirmed_since(product: Ingesting, since_us: int) -> Callable[[], bool]:
    """Return whether *now* has passed a time."""
    return lambda: product.now_us is not None and product.now_us >= since_us


def is_about_now(time_us: int | None) -> bool:
    """Whether a time is the present one, give or take the seconds of a slow machine."""
    return time_us is not None and abs(time_us - WallClock().now_us()) < 10 * SECOND_US


def test_sources_without_a_record_are_confirmed(open_broker: OpenBroker) -> None:
    """A quiet network is no stall: time runs with the clock, for every partition."""

    async def run() -> None:
        async with prepared(open_broker, alarm_partitions=3) as product:
            await product.send_inventory(ELEMENT, "olt-1")
            async with worker(product):
                await product.until(confirmed_since(product, WallClock().now_us()))
                assert sorted(product.confirmed()) == [0, 1, 2]
                assert is_about_now(product.now_us)

    asyncio.run(run())


def test_an_idle_partition_does_not_hold_time_back(open_broker: OpenBroker) -> None:
    """One partition has alarms, the other none: both are confirmed."""

    async def run() -> None:
        async with prepared(open_broker) as product:
            await product.send_inventory(ELEMENT, "olt-1")
            async with worker(product):
                await product.send(ago(minutes=1), partition=0)
                await product.until(lambda: product.coordinates == {(0, 0)})
                await product.until(confirmed_since(product, WallClock().now_us()))

    asyncio.run(run())


def test_a_partition_added_later_is_found_and_read_from_its_beginning(
    open_apache: OpenBroker,
) -> None:
    """Time waits for it as soon as it is found: what is in it is forwarded before it is confirmed.

    The alarm was there before anybody knew of the partition.
    """

    async def run() -> list[int]:
        async with prepared(open_apache) as product:
            topic = product.topics.alarms.name
            await product.send_inventory(ELEMENT, "olt-1")
            async with worker(product):
                await product.until(lambda: product.now_us is not None)
                async with admin_of(product.broker) as admin:
                    await admin.create_partitions({topic: NewPartitions(3)})
                async with producer_of(product.broker) as producer:  # it knows the new partition
                    await producer.send_and_wait(topic, alarm(ago(minutes=1)), partition=2)
                there_us = WallClock().now_us()
                await product.until(confirmed_since(product, WallClock().now_us()))
                await product.until(lambda: (2, 0) in product.coordinates)
                await product.until(confirmed_since(product, WallClock().now_us()))
            for record in product.records:
                if any(item.partition == 2 for item in record.items):
                    break
                assert all(
                    p != 2 or up_to_us < there_us for _, p, up_to_us in record.tick.confirmed
                )
            return sorted({n for record in product.records for _, n in record.tick.sources})

    assert asyncio.run(run()) == [2, 3]


def test_a_source_made_anew_stops_the_worker(
    open_apache: OpenBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a message that names the topic, within seconds; it does not read on in another topic."""
    monkeypatch.setattr(sources, "_SETTLED_S", 0.0)

    async def run() -> None:
        async with prepared(open_apache, alarm_partitions=1) as product:
            topic = product.topics.alarms.name
            await product.send_inventory(ELEMENT, "olt-1")
            for number in range(5):
                await product.send(ago(minutes=1), number)
            async with worker(product) as tasks, admin_of(product.broker) as admin:
                await product.until(lambda: len(product.coordinates) == 5)
                await admin.delete_topics([topic])
                await until_created(product)
                done, _ = await asyncio.wait(tasks, timeout=30, return_when=asyncio.FIRST_COMPLETED)
                product.tasks.clear()
                done.pop().result()

    with pytest.raises(SourceReplacedError, match=r"alarms\.v1"):
        asyncio.run(run())


async def until_created(product: Ingesting) -> None:
    """Make the alarm topic again; Kafka refuses that for a moment after it was deleted."""
    async with asyncio.timeout(20), admin_of(product.broker) as admin:
        while True:
            answer = await admin.create_topics([NewTopic(product.topics.alarms.name, 1, 1)])
            if not answer.topic_errors[0][1]:
                return
            await asyncio.sleep(0.1)


def test_a_source_that_is_deleted_stops_the_worker(
    open_apache: OpenBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says how many partitions there were, and what to do."""
    monkeypatch.setattr(sources, "_SETTLED_S", 0.0)

    async def run() -> None:
        async with prepared(open_apache) as product:
            await product.send_inventory(ELEMENT, "olt-1")
            async with worker(product) as tasks, admin_of(product.broker) as admin:
                await product.until(lambda: product.now_us is not None)
                await admin.delete_topics([product.topics.alarms.name])
                done, _ = await asyncio.wait(tasks, timeout=30, return_when=asyncio.FIRST_COMPLETED)
                product.tasks.clear()
                done.pop().result()

    with pytest.raises(SourceReplacedError, match="had 2 partitions and now has none"):
        asyncio.run(run())


@pytest.mark.parametrize("minutes", [10, -10])
def test_a_host_with_a_wrong_clock_does_no_harm(open_apache: OpenBroker, minutes: int) -> None:
    """The broker stamps `outage-inputs`, and its time counts: nothing fires early or late."""

    async def run() -> None:
        async with prepared(open_apache) as product:
            await product.send_inventory(ELEMENT, "olt-1")
            await product.send(ago(seconds=1))
            async with worker(product, WrongClock(minutes * 60 * SECOND_US)):
                await product.until(confirmed_since(product, WallClock().now_us()))
            assert product.now_us is not None
            assert is_about_now(product.now_us)
            assert all(
                up_to_us <= WallClock().now_us()
                for record in product.records
                for _, _, up_to_us in record.tick.confirmed
            )

    asyncio.run(run())


def test_transactions_of_a_source(open_apache: OpenBroker) -> None:
    """While one is open time waits, for alarms may be in it; its end is no record to wait for."""

    async def run() -> None:
        async with prepared(open_apache, alarm_partitions=1) as product:
            topic = product.topics.alarms.name
            await product.send_inventory(ELEMENT, "olt-1")
            async with (
                worker(product),
                producer_of(product.broker, product.settings.app_id) as producer,
            ):
                await product.until(lambda: product.now_us is not None)
                async with producer.transaction():
                    await producer.send_and_wait(topic, alarm(ago(seconds=1), 0))
                    open_us = WallClock().now_us()
                    await product.send(ago(seconds=1), 1)
                    ticks = len(product.records)
                    await product.until(lambda: len(product.records) > ticks + 4)
                    assert product.now_us is not None
                    assert product.now_us <= open_us
                    assert not product.coordinates
                await product.until(lambda: len(product.coordinates) == 2)
                await product.until(confirmed_since(product, WallClock().now_us()))
                await producer.begin_transaction()
                await producer.send_and_wait(topic, alarm(ago(seconds=1), 2))
                await producer.abort_transaction()
                await product.until(confirmed_since(product, WallClock().now_us()))
                assert len(product.coordinates) == 2

    asyncio.run(run())


def test_a_source_far_ahead_waits_for_the_other(
    open_apache: OpenBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a stop each partition is worked off in its own time; an hour ahead is not read on."""
    monkeypatch.setattr(loop, "TICK_S", 0.02)
    monkeypatch.setattr(loop, "MAX_POLL", 100)

    async def run() -> tuple[int, int | None]:
        async with prepared(open_apache) as product:
            await product.send_inventory(ELEMENT, "olt-1")
            await send_backlog(product, partition=0, began_hours_ago=9)
            await send_backlog(product, partition=1, began_hours_ago=5)
            async with worker(product):
                await product.until(lambda: len(product.coordinates) == 2 * BACKLOG)
                await product.until(confirmed_since(product, WallClock().now_us()))
        order = [item.partition for record in product.records for item in record.items]
        last_of_slow = max(place for place, partition in enumerate(order) if partition == 0)
        return order[:last_of_slow].count(1), product.now_us

    ahead, now_us = asyncio.run(run())
    assert ahead < BACKLOG / 2
    assert is_about_now(now_us)


#: Several fetches: a broker hands out a megabyte of a partition at a time.
BACKLOG = 15_000


async def send_backlog(product: Ingesting, partition: int, began_hours_ago: float) -> None:
    """Write an hour of alarms, all today."""
    topic = product.topics.alarms.name
    sent = [
        await product.producer.send(
            topic,
            alarm(ago(hours=began_hours_ago, seconds=-3600 * n / BACKLOG), n),
            partition=partition,
        )
        for n in range(BACKLOG)
    ]
    await asyncio.gather(*sent)


def test_a_backlog_is_worked_off_in_its_own_time(open_apache: OpenBroker) -> None:
    """Before the last alarm of a burst written today is forwarded, no tick says it is today."""

    async def run() -> None:
        async with prepared(open_apache, alarm_partitions=1) as product:
            await product.send_inventory(ELEMENT, "olt-1")
            await send_backlog(product, partition=0, began_hours_ago=9)
            async with worker(product):
                await product.until(lambda: len(product.coordinates) == BACKLOG)
                await product.until(confirmed_since(product, WallClock().now_us()))
        forwarded = 0
        for record in product.records:
            forwarded += len(record.items)
            for _, _, up_to_us in record.tick.confirmed:
                assert forwarded == BACKLOG or up_to_us < WallClock().now_us() - 7 * HOUR_US

    asyncio.run(run())
