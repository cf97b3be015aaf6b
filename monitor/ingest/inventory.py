"""The inventory as its topic tells it: read to its end at start, then followed."""

import asyncio
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord

from monitor.broker.access import EndOffsets
from monitor.formats.inventory import Element, read_element

_POLL_MS: Final = 200
_log = structlog.get_logger(__name__)


class LiveInventory:
    """The elements of the network, as now known."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        """Take a started consumer of the inventory topic that belongs to no group."""
        self.elements: dict[str, Element] = {}
        self._consumer = consumer

    async def read_to_end(self, end_offsets: EndOffsets) -> None:
        """Read until everything there is now has been read."""
        while True:
            read_to = {p: await self._consumer.position(p) for p in self._consumer.assignment()}
            ends = await end_offsets(read_to)
            if read_to and all(offset >= ends[p] for p, offset in read_to.items()):
                return
            await self._poll()

    async def follow(self) -> None:
        """Go on reading until cancelled."""
        while True:
            await self._poll()

    async def _poll(self) -> None:
        batch = await self._consumer.getmany(timeout_ms=_POLL_MS)
        for records in batch.values():
            for record in records:
                self.take(record)
            await asyncio.sleep(0)

    def take(self, record: ConsumerRecord) -> None:
        """Apply one record; a null value removes the element."""
        if record.value is None:
            self.elements.pop((record.key or b"").decode(errors="replace"), None)
            return
        element, reject = read_element(record.value)
        if reject is not None:
            _log.warning(
                "inventory record not fully used",
                reason=reject.reason,
                detail=reject.detail,
                partition=record.partition,
                offset=record.offset,
            )
        if element is not None:
            self.elements[element.element] = element
