"""The inventory as its topic tells it: read to its end at start, then followed."""

import asyncio
import time
from collections.abc import Mapping
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer

from monitor.broker.access import EndOffsets
from monitor.formats.inventory import Element
from monitor.ingest.elements import Elements
from monitor.readiness import Readiness

#: The name of the condition that the inventory is there.
CONDITION: Final = "inventory"
_POLL_MS: Final = 200
_SAY_EVERY_S: Final = 5.0
_REMIND_EVERY_S: Final = 10.0
_log = structlog.get_logger(__name__)


class LiveInventory:
    """The elements of the network, as now known, and whether that is enough to begin."""

    def __init__(
        self, consumer: AIOKafkaConsumer, topic: str, readiness: Readiness, *, required: bool = True
    ) -> None:
        """Take a started consumer of the inventory topic that belongs to no group.

        Unless it is required, an inventory without elements will do.
        """
        self._consumer = consumer
        self._topic = topic
        self._readiness = readiness
        self._required = required
        self._elements = Elements(several_partitions=len(consumer.assignment()) > 1)
        self._there = asyncio.Event()
        self._is_empty_said = False
        readiness.waits(CONDITION, f"the inventory ({topic}) is not read to its end yet")

    @property
    def elements(self) -> Mapping[str, Element]:
        """The elements by name; the same object all the time."""
        return self._elements.known

    @property
    def read(self) -> Elements:
        """What was read of it."""
        return self._elements

    async def run(self, end_offsets: EndOffsets) -> None:
        """Read to the end, then go on reading until cancelled."""
        await self.read_to_end(end_offsets)
        while True:
            await self._poll()
            self._judge()

    async def read_to_end(self, end_offsets: EndOffsets) -> None:
        """Read until everything there is now has been read."""
        _log.info("reading the inventory", topic=self._topic)
        began_s = said_s = time.monotonic()
        while left := await self._left(end_offsets):
            await self._poll()
            if time.monotonic() - said_s >= _SAY_EVERY_S:
                said_s = time.monotonic()
                _log.info("reading the inventory", elements=len(self.elements), offsets_left=left)
        self._say_read(time.monotonic() - began_s)
        self._judge()

    async def there(self) -> None:
        """Wait until the inventory is there; say again and again what is waited for."""
        while not self._there.is_set():
            try:
                await asyncio.wait_for(self._there.wait(), _REMIND_EVERY_S)
            except TimeoutError:
                reason = self._readiness.missing.get(CONDITION)
                _log.warning("no alarm is read before the inventory is there", reason=reason)

    async def _left(self, end_offsets: EndOffsets) -> int:
        """Return how many offsets there are still to read; at least one while we know of none.

        Positions count, not records: the end of a transaction is an offset that no reader sees.
        """
        read_to = {p: await self._consumer.position(p) for p in self._consumer.assignment()}
        ends = await end_offsets(read_to)
        return sum(max(0, ends[p] - offset) for p, offset in read_to.items()) if read_to else 1

    async def _poll(self) -> None:
        batch = await self._consumer.getmany(timeout_ms=_POLL_MS)
        for records in batch.values():
            for record in records:
                self._elements.take(record)
            await asyncio.sleep(0)

    def _judge(self) -> None:
        """Say whether the inventory will do; what changes is logged once."""
        if self.elements or not self._required:
            if not self._there.is_set():
                _log.info("the inventory is there", elements=len(self.elements))
            self._there.set()
            self._readiness.met(CONDITION)
            self._is_empty_said = False
            return
        reason = self._why_empty()
        if not self._is_empty_said:
            _log.error("no inventory", reason=reason)
        self._is_empty_said = True
        self._there.clear()
        self._readiness.waits(CONDITION, reason)

    def _why_empty(self) -> str:
        read = self._elements
        if not read.records:
            why = "it has no records"
        elif not read.unreadable:
            why = "all elements were removed from it"
        elif read.unreadable == read.records:
            why = f"none of its {read.records} records can be read ({read.first_mistake})"
        else:
            why = (
                f"all elements were removed from it, or cannot be read: {read.unreadable} of "
                f"{read.records} records ({read.first_mistake})"
            )
        return (
            f"the inventory ({self._topic}) knows no element: {why}; fill it, or set "
            "MONITOR_INVENTORY=optional if alarms bring their own impact and country"
        )

    def _say_read(self, seconds: float) -> None:
        read = self._elements
        _log.info(
            "inventory read to its end",
            elements=len(read.known),
            records=read.records,
            unreadable=read.unreadable,
            keys_not_the_element=read.odd_keys,
            seconds=round(seconds, 1),
        )
