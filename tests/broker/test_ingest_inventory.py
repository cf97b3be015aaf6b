"""No alarm is read before the inventory is there; and it is followed whatever comes."""

import asyncio
from collections.abc import Callable

from monitor.broker.clients import producer_of
from monitor.core.event import Event

from .ingesting import ELEMENT, Ingesting, prepared, worker
from .running import OpenBroker, ago


async def until(reached: Callable[[], bool]) -> None:
    """Let the worker work until something is so."""
    async with asyncio.timeout(20):
        while not reached():  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0.05)


def why(product: Ingesting) -> str:
    """Return why the inventory is not there; empty if it is."""
    return product.readiness.missing.get("inventory", "")


async def forwarded(product: Ingesting, number: int) -> Event:
    """Return an alarm as it was forwarded."""

    def found() -> list[Event]:
        events = (item.event for record in product.records for item in record.items)
        return [event for event in events if event.alarm_id == str(number)]

    await product.until(lambda: bool(found()))
    return found()[0]


def test_an_alarm_waits_for_an_inventory(open_broker: OpenBroker) -> None:
    """Empty, then unreadable, then there: the alarm from before has what the inventory says."""

    async def run() -> Event:
        async with prepared(open_broker) as product:
            await product.send(ago(minutes=1))
            async with worker(product):
                await until(lambda: "it has no records" in why(product))
                await product.send_inventory(b"{", "olt-1")
                await until(lambda: "none of its 1 records can be read" in why(product))
                assert product.topics.inventory.name in why(product)
                await product.send_inventory(ELEMENT, "olt-1")
                event = await forwarded(product, 0)
                assert product.readiness.ready
                return event

    assert asyncio.run(run()).outage_key == "BE/agg-1"


def test_alarms_that_bring_everything_need_no_inventory(open_broker: OpenBroker) -> None:
    """The setting says so: an alarm that nobody can place is read, and is a dead letter."""

    async def run() -> None:
        async with prepared(open_broker, settings={"inventory": "optional"}) as product:
            await product.send(ago(minutes=1))
            async with worker(product):
                await product.until(lambda: product.now_us is not None)
            assert product.readiness.ready
            assert not product.coordinates

    asyncio.run(run())


def test_the_inventory_is_followed_whatever_comes(open_broker: OpenBroker) -> None:
    """A bad record costs nothing; a change and a removal hold for the alarms after them."""

    async def run() -> None:
        async with prepared(open_broker) as product, worker(product) as tasks:
            await product.send_inventory(ELEMENT, "olt-1")
            await until(lambda: product.readiness.ready)
            await product.send_inventory(b"\xff", "olt-1")
            await product.send_inventory(ELEMENT | {"group": "agg-2"}, "olt-1")
            await asyncio.sleep(1)  # nothing tells when it has been read
            await product.send(ago(minutes=1), 1)
            assert (await forwarded(product, 1)).outage_key == "BE/agg-2"
            await product.send_inventory(None, "olt-1")
            await until(lambda: "all elements were removed" in why(product))
            assert not any(task.done() for task in tasks)

    asyncio.run(run())


def test_an_inventory_in_several_partitions_is_read_as_a_whole(open_broker: OpenBroker) -> None:
    """Some of them without a record."""

    async def run() -> None:
        async with prepared(open_broker, inventory_partitions=5) as product:
            for number in range(3):
                name = f"olt-{number}"
                await product.send_inventory(ELEMENT | {"element": name}, name)
            await product.send(ago(minutes=1))
            async with worker(product):
                assert (await forwarded(product, 0)).outage_key == "BE/agg-1"

    asyncio.run(run())


def test_an_inventory_written_in_transactions_has_an_end(open_apache: OpenBroker) -> None:
    """The marks of transactions are offsets that no reader sees; what was aborted is not there."""

    async def run() -> None:
        async with prepared(open_apache) as product:
            topic = product.topics.inventory.name
            async with producer_of(product.broker, product.settings.app_id) as producer:
                async with producer.transaction():
                    value = b'{"element": "olt-1", "country": "BE", "group": "agg-1"}'
                    await producer.send_and_wait(topic, value, b"olt-1")
                await producer.begin_transaction()
                await producer.send_and_wait(topic, b'{"element": "x"}', b"x")
                await producer.abort_transaction()
            await product.send(ago(minutes=1))
            async with worker(product):
                assert (await forwarded(product, 0)).outage_key == "BE/agg-1"

    asyncio.run(run())
