"""Several ingest workers share the source partitions; what one leaves behind, another takes up."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import yaml

from monitor.clock import WallClock
from monitor.ingest.start import PartitionsError

from .ingesting import ELEMENT, Ingesting, prepared, worker
from .running import OpenBroker, ago

_ALONE = Path(__file__).with_name("ingest_alone.py")


def confirmed_since(product: Ingesting, since_us: int) -> Callable[[], bool]:
    """Return whether *now* has passed a time."""
    return lambda: product.now_us is not None and product.now_us >= since_us


@asynccontextmanager
async def process(product: Ingesting, directory: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run one ingest in a process of its own."""
    topics = {
        part: topic.model_dump(mode="json", by_alias=True, exclude={"retention_us"})
        | {"retention": "1d"}
        for part, topic in product.topics.by_part().items()
    }
    for topic in topics.values():
        if topic["direction"] == "internal":  # it gets the application's name once more
            topic["name"] = topic["name"].removeprefix(f"{product.settings.app_id}-")
    topics_file = directory / "topics.yaml"
    topics_file.write_text(yaml.safe_dump({"topics": topics}), "utf-8")
    running = await asyncio.create_subprocess_exec(
        sys.executable,
        str(_ALONE),
        product.broker.bootstrap,
        product.settings.app_id,
        str(topics_file),
    )
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


class Sender:
    """Sends alarms until it is told to stop, to each partition in turn."""

    def __init__(self, product: Ingesting, partitions: int) -> None:
        """Take where to send."""
        self._product = product
        self._partitions = partitions
        self._ended = asyncio.Event()
        #: partition and offset of each, and when the broker had it
        self.sent: dict[tuple[int, int], int] = {}

    async def run(self) -> None:
        """Send a hundred a second."""
        number = 0
        while not self._ended.is_set():
            target = number % self._partitions
            await self._product.send(ago(seconds=1), number, partition=target)
            self.sent[target, number // self._partitions] = WallClock().now_us()
            number += 1
            await asyncio.sleep(0.01)

    async def stop(self, sending: asyncio.Task[None]) -> None:
        """Send no more."""
        self._ended.set()
        await sending


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSTOP])
def test_another_worker_takes_over(
    open_apache: OpenBroker, tmp_path: Path, blow: signal.Signals
) -> None:
    """Killed or frozen: no alarm is lost, time goes on, and waking up does no harm."""

    async def run() -> None:
        async with prepared(open_apache, alarm_partitions=4) as product:
            await product.send_inventory(ELEMENT, "olt-1")
            async with process(product, tmp_path) as first:
                await product.until(lambda: product.now_us is not None)
                async with worker(product):
                    sender = Sender(product, 4)
                    sending = asyncio.create_task(sender.run())
                    await product.until(lambda: len(product.coordinates) > 100)
                    first.send_signal(blow)
                    hit_us = WallClock().now_us()
                    await product.until(confirmed_since(product, hit_us + 2_000_000), 60)
                    if blow is signal.SIGSTOP:
                        first.send_signal(signal.SIGCONT)
                        seen = len(product.records)
                        await product.until(lambda: len(product.records) > seen + 20)
                    await sender.stop(sending)
                    await product.until(lambda: sender.sent.keys() <= product.coordinates)
                    await product.until(confirmed_since(product, WallClock().now_us()))
                    assert sender.sent.keys() == product.coordinates
                    nothing_claimed_too_early(product, sender.sent)

    asyncio.run(run())


def nothing_claimed_too_early(product: Ingesting, sent: dict[tuple[int, int], int]) -> None:
    """Check every tick: what the broker had before the confirmed time was forwarded before it."""
    confirmed_us: dict[int, int] = {}
    seen: set[tuple[int, int]] = set()
    for record in product.records:
        for item in record.items:
            where = item.partition, item.offset
            assert where in seen or sent[where] >= confirmed_us.get(item.partition, 0)
            seen.add(where)
        for _, partition, up_to_us in record.tick.confirmed:
            confirmed_us[partition] = max(up_to_us, confirmed_us.get(partition, 0))


def test_two_workers_share_and_one_leaves(open_broker: OpenBroker) -> None:
    """Each speaks for its own partitions; all are confirmed, before and after."""

    async def run() -> None:
        async with prepared(open_broker, alarm_partitions=4) as product:
            await product.send_inventory(ELEMENT, "olt-1")
            async with worker(product):
                await product.until(lambda: product.now_us is not None)
                async with worker(product):
                    await product.until(lambda: shares(product))
                    await product.send(ago(seconds=1), 1)
                    await product.until(confirmed_since(product, WallClock().now_us()))
                await product.send(ago(seconds=1), 2)
                await product.until(confirmed_since(product, WallClock().now_us()))
            assert len(product.coordinates) == 2

    asyncio.run(run())


def shares(product: Ingesting) -> bool:
    """Whether ticks of late speak for two partitions each, and together for all four."""
    late = [{p for _, p, _ in record.tick.confirmed} for record in product.records[-4:]]
    return all(len(said) == 2 for said in late) and set().union(*late) == {0, 1, 2, 3}


def test_ingest_refuses_inputs_with_another_number_of_partitions(open_broker: OpenBroker) -> None:
    """It would send outage keys elsewhere than before."""

    async def run() -> None:
        async with prepared(open_broker) as product:
            inputs = product.topics.inputs.model_copy(update={"partitions": 7})
            product.topics = product.topics.model_copy(update={"inputs": inputs})
            async with worker(product):
                pass

    with pytest.raises(PartitionsError, match=r"has 1 partitions, .* says 7"):
        asyncio.run(run())
