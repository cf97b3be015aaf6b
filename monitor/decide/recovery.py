"""A partition as its ledger says, read back by whoever was assigned it."""

import time
from collections.abc import AsyncIterator, Callable
from typing import Final

import structlog
from aiokafka import ConsumerRecord, TopicPartition
from msgspec import Struct

from monitor.broker.access import Broker
from monitor.core.law import Law
from monitor.core.reading import Options
from monitor.decide.applying import rules_of
from monitor.decide.budget import Budget
from monitor.decide.partition import Partition
from monitor.ledger.restore import Reader, Restored
from monitor.ledger.topic import bounds, read_range
from monitor.settings import Settings
from monitor.topics import Topics

_PROGRESS_S: Final = 5.0
_log = structlog.get_logger(__name__)


class LedgerLostError(RuntimeError):
    """Raised when a ledger does not belong to its partition of inputs."""


class Home(Struct, frozen=True):
    """Where the partitions of a program live, and what decides there."""

    broker: Broker
    topics: Topics
    app_id: str
    law: Law
    options: Options
    #: what statuses of all partitions may cost together
    budget: Budget

    @property
    def source(self) -> str:
        """Return the CloudEvents source of what is published."""
        return f"/{self.app_id}"

    def ledger(self, number: int) -> TopicPartition:
        """Return the ledger of a partition."""
        return TopicPartition(self.topics.ledger.name, number)

    def inputs(self, number: int) -> TopicPartition:
        """Return a partition of inputs."""
        return TopicPartition(self.topics.inputs.name, number)


def home_of(broker: Broker, topics: Topics, settings: Settings, law: Law) -> Home:
    """Return where the partitions of a program live, and what decides there."""
    options = Options(
        reading=settings.reading,
        merge_gap_us=settings.merge_gap_us,
        lateness_horizon_us=settings.lateness_horizon_us,
    )
    return Home(broker, topics, settings.app_id, law, options, Budget())


async def recover(home: Home, number: int, beat: Callable[[], None]) -> Partition:
    """Read the ledger of a partition back; whoever wrote it before must have been fenced.

    `beat` is called while it goes on.
    """
    began_s = shown_s = time.monotonic()

    def told(read: int, total: int) -> None:
        nonlocal shown_s
        beat()
        if time.monotonic() - shown_s > _PROGRESS_S:
            shown_s = time.monotonic()
            _log.info("reading the ledger", partition=number, offsets_read=read, of=total)

    reader = await read_ledger(home, number, told)
    rules = rules_of(home.law, home.options)
    restored = reader.restored(home.law, home.options, rules=rules)
    _say(number, reader.records, restored, time.monotonic() - began_s)
    await _check(home, number, restored)
    return Partition(restored, sources=[home.topics.alarms.name], budget=home.budget)


async def read_ledger(home: Home, number: int, told: Callable[[int, int], None]) -> Reader:
    """Read the ledger of a partition as it is committed; `told` hears of offsets read, of all."""
    ledger, reader = home.ledger(number), Reader()
    begin, end = await bounds(home.broker, ledger)
    async for records in read_range(home.broker, ledger, begin, end):
        reader.take((record.key, record.value) for record in records)
        told(records[-1].offset + 1 - begin, end - begin)
    return reader


def _say(number: int, records: int, restored: Restored, seconds: float) -> None:
    _log.info(
        "partition recovered",
        partition=number,
        ledger_records=records,
        outage_keys=len(restored.book.asleep),
        next_offset=restored.progress and restored.progress.next_offset,
        seconds=round(seconds, 3),
    )
    for key, error in restored.faulty.items():
        _log.error(
            "this outage key is left alone, as the program fails on it; run a release that does "
            "not, then `outage-monitor ledger rebuild`",
            outage_key=key,
            error=error,
        )


async def _check(home: Home, number: int, restored: Restored) -> None:
    """Refuse a ledger that knows of more than there is: inputs were deleted and made anew."""
    _, end = await bounds(home.broker, home.inputs(number))
    if restored.progress is not None and restored.progress.next_offset > end:
        message = (
            f"{home.topics.inputs.name}/{number} ends at {end}, but its ledger has applied "
            f"{restored.progress.next_offset}: the topic was deleted and made anew. Delete "
            f"{home.topics.ledger.name} as well, and start again"
        )
        raise LedgerLostError(message)


async def missed(
    home: Home, partition: Partition, number: int, upto: int
) -> AsyncIterator[list[ConsumerRecord]]:
    """Yield the records of inputs before an offset that the ledger has not applied.

    The group's offset is a hint only: where it ran ahead of the ledger, these are read here.
    """
    source = home.inputs(number)
    begin = partition.next_offset
    if begin is None:
        begin, _ = await bounds(home.broker, source)
        async for _records in read_range(home.broker, source, begin, upto):
            message = (
                f"the ledger of {source.topic}/{number} is empty, but records up to {upto} were "
                "handled: it was lost. Stop all workers, run `outage-monitor ledger rebuild`, and "
                "start them again"
            )
            raise LedgerLostError(message)
    async for records in read_range(home.broker, source, begin, upto):
        yield records


async def is_read_to_end(home: Home, partition: Partition, number: int) -> bool:
    """Ask the broker anew whether all records of a partition of inputs were applied."""
    source = home.inputs(number)
    begin, end = await bounds(home.broker, source)
    async for _records in read_range(home.broker, source, partition.next_offset or begin, end):
        return False
    return True
