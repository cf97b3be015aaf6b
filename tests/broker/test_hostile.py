"""Thousands of records that mean harm among good alarms: none is lost, and none is believed."""

import asyncio

import pytest
from hostility.check import crossings, find_all
from hostility.feed import Feeder, records
from hostility.good import Good

from monitor.broker.clients import producer_of
from monitor.clock import WallClock

from .running import OpenBroker, running

_HOUR_US = 3_600_000_000


@pytest.mark.parametrize("seed", [1])
def test_good_alarms_among_bad_records(open_broker: OpenBroker, seed: int) -> None:
    """Each record is used or set aside once, bad ones untouched, and the crossings are right."""

    async def run() -> None:
        async with running(open_broker, [{"element": "spare"}]) as product:

            def alive() -> None:
                for task in product.tasks:
                    assert not task.done(), task.exception()

            good = Good(outages=16, alarms_each=20, start_us=WallClock().now_us() - 5 * _HOUR_US)
            alarms = product.topics.alarms
            async with producer_of(product.broker) as producer:
                feeder = Feeder(producer, alarms.name, alarms.partitions)
                await feeder.feed(records(good, 0.8, seed, alarms.partitions))
            assert feeder.written > 4 * good.events
            found = await find_all(product.broker, product.topics, feeder.fates, alive, print)
            assert found.mistakes() == []
            holding = await crossings(product.broker, product.topics, good, alive)
            assert holding == good.crossings()
            assert len(holding) == 8

    asyncio.run(run())
