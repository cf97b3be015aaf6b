"""What came of a hostile input: every record is found again, and nothing is said that is not so."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from msgspec import Struct, field

from monitor.broker.access import Broker
from monitor.broker.clients import consumer_of
from monitor.formats.reject import Reason
from monitor.ingest.envelope import unseal
from monitor.topics import Topics

from .bad import MAYBE
from .feed import USED, Fate, digest_of
from .good import Crossing, Good

_SHOWN = 5
#: how long nothing new may come before it counts as lost
_PATIENCE_S = 20.0
Alive = Callable[[], None]
#: what is done with a record, by its topic
Notes = dict[str, Callable[[ConsumerRecord], None]]


class Found(Struct):
    """What was found on the topics that the product wrote."""

    fates: list[Fate]
    #: by source partition, for each offset: how often it was forwarded, and set aside
    used: list[bytearray] = field(default_factory=list)
    aside: list[bytearray] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    left: int = 0

    def __post_init__(self) -> None:
        """Expect each record once."""
        sizes = [len(fate.reasons) for fate in self.fates]
        self.used, self.aside = ([bytearray(n) for n in sizes] for _ in range(2))
        self.left = sum(sizes)

    def input(self, record: ConsumerRecord) -> None:
        """Note the alarms of an envelope."""
        for item in unseal(record.value).items:
            self._note(self.used, item.partition, item.offset)

    def letter(self, record: ConsumerRecord) -> None:
        """Note a dead letter, and compare it with the record that was written."""
        said = {name: (value or b"").decode() for name, value in record.headers}
        partition, offset = int(said["dlq_partition"]), int(said["dlq_offset"])
        fate, reason = self.fates[partition], said["dlq_reason"]
        self.reasons[reason] += 1
        self._note(self.aside, partition, offset)
        if fate.digest(offset) != digest_of(record.value, record.key, record.timestamp):
            self.wrong.append(f"{partition}/{offset}: other bytes, key or time stamp")
        if fate.reasons[offset] not in (MAYBE, reason):
            self.wrong.append(f"{partition}/{offset}: {reason}, not {fate.reasons[offset]}")

    def _note(self, counts: list[bytearray], partition: int, offset: int) -> None:
        if not self.used[partition][offset] + self.aside[partition][offset]:
            self.left -= 1
        counts[partition][offset] = min(255, counts[partition][offset] + 1)

    def mistakes(self) -> list[str]:
        """Return what is wrong, a few examples of each kind first."""
        found = self.wrong[:_SHOWN]
        if len(self.wrong) > _SHOWN:
            found.append(f"... {len(self.wrong):,} such dead letters")
        for partition, fate in enumerate(self.fates):
            counts = zip(self.used[partition], self.aside[partition], strict=True)
            for offset, (reason, (used, aside)) in enumerate(
                zip(fate.reasons, counts, strict=True)
            ):
                if (used, aside) not in _allowed(reason):
                    said = (
                        f"used {used} times, set aside {aside} times; it is {reason or 'damaged'}"
                    )
                    found.append(f"{partition}/{offset}: {said}")
        return found


def _allowed(reason: str | None) -> tuple[tuple[int, int], ...]:
    """Return (how often used, how often set aside) that are right for a record."""
    if reason == USED:
        return ((1, 0),)
    if reason == Reason.PARTLY_USED:
        return ((1, 1),)
    return ((0, 1),) if reason is not MAYBE else ((0, 1), (1, 0), (1, 1))


async def find_all(
    broker: Broker, topics: Topics, fates: list[Fate], alive: Alive, said: Callable[[str], None]
) -> Found:
    """Read the inputs and the dead letters until every record is there, or no more come."""
    found = Found(fates)
    notes: Notes = {topics.inputs.name: found.input, topics.alarms_dlq.name: found.letter}
    loop = asyncio.get_running_loop()
    moved_s = told_s = loop.time()
    async with consumer_of(broker, *notes) as consumer:
        while found.left and loop.time() - moved_s < _PATIENCE_S:
            alive()
            left = found.left
            await _read(consumer, notes)
            if found.left < left:
                moved_s = loop.time()
            if loop.time() - told_s >= 10:
                told_s = loop.time()
                said(f"{found.left:,} records to be found")
        await _read(consumer, notes)
    return found


async def _read(consumer: AIOKafkaConsumer, notes: Notes) -> None:
    for source, records in (await consumer.getmany(timeout_ms=500, max_records=5000)).items():
        for record in records:
            notes[source.topic](record)
        await asyncio.sleep(0)


async def crossings(broker: Broker, topics: Topics, good: Good, alive: Alive) -> set[Crossing]:
    """Return the crossings that hold, when they are those expected or no more come."""
    expected = good.crossings()
    last: dict[str, dict[str, str]] = {}
    loop = asyncio.get_running_loop()
    moved_s = loop.time()
    async with consumer_of(broker, topics.notifications.name) as consumer:
        while _holding(last) != expected and loop.time() - moved_s < _PATIENCE_S:
            alive()
            for records in (await consumer.getmany(timeout_ms=500)).values():
                moved_s = loop.time()
                for record in records:
                    message = json.loads(record.value)
                    last[message["crossing_id"]] = message
    return _holding(last)


def _holding(last: dict[str, dict[str, str]]) -> set[Crossing]:
    return {
        (message["outage_key"], message["rule"], message["crossed_at"])
        for message in last.values()
        if message["type"] != "withdrawn"
    }
