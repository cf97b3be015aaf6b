"""A lost ledger, made anew from the recorded inputs.

The inputs are folded from their beginning as if they had just come. What was published already is
not published again: it is recognised by its id and revision.
"""

from collections.abc import AsyncIterator, Callable
from typing import Final

from aiokafka import ConsumerRecord, TopicPartition
from msgspec import Struct
from msgspec.json import Decoder

from monitor.broker.access import Broker
from monitor.broker.clients import admin_of
from monitor.core.step import Book
from monitor.decide.applied import Applied
from monitor.decide.outputs import applied_outputs, status_output
from monitor.decide.partition import Partition
from monitor.decide.recovery import Home
from monitor.decide.writer import Writer, writing
from monitor.ingest.envelope import InputRecord, unseal
from monitor.ledger.keeper import Keeper
from monitor.ledger.records import PROGRESS, key_of
from monitor.ledger.restore import Restored
from monitor.ledger.topic import bounds, read_range
from monitor.topics import Topic

#: So many records of inputs are folded before what follows is written.
_AT_ONCE: Final = 500


class Published(Struct):
    """What was published before."""

    #: crossing id, and revision
    notifications: set[tuple[str, int]] = set()
    #: the last revision of each obligation: older ones may be gone from the topic
    obligations: dict[str, int] = {}


#: Told how far a partition is: its number, the offset reached, the offset to reach.
Progress = Callable[[int, int, int], None]


class InUseError(RuntimeError):
    """Raised when workers are running that write the ledger."""


class Rebuilt(Struct):
    """What became of one partition."""

    records: int = 0
    keys: int = 0
    #: notifications, and changes of obligations, that were missing
    published: int = 0
    obligations: int = 0
    #: offsets from which the inputs say that other rules decided
    other_rules: list[int] = []


class _Revision(Struct):
    revision: int
    crossing_id: str = ""
    obligation_id: str = ""


_revision: Final = Decoder(_Revision).decode


async def check_unused(broker: Broker, app_id: str) -> None:
    """Raise InUseError while a decide worker runs."""
    group = f"{app_id}-decide"
    async with admin_of(broker) as admin:
        (answer,) = await admin.describe_consumer_groups([group])
    members = answer.groups[0][5]
    if members:
        message = f"{len(members)} decide workers of {group} are running; stop them first"
        raise InUseError(message)


async def published(home: Home) -> Published:
    """Return what was published."""
    found = Published()
    async for one in _revisions(home, home.topics.notifications):
        found.notifications.add((one.crossing_id, one.revision))
    async for one in _revisions(home, home.topics.obligations):
        last = found.obligations.get(one.obligation_id, -1)
        found.obligations[one.obligation_id] = max(last, one.revision)
    return found


async def _revisions(home: Home, topic: Topic) -> AsyncIterator[_Revision]:
    for number in range(topic.partitions):
        source = TopicPartition(topic.name, number)
        async for records in read_range(home.broker, source, *await bounds(home.broker, source)):
            for record in records:
                if record.value is not None:
                    yield _revision(record.value)


async def rebuild(home: Home, number: int, known: Published, progress: Progress) -> Rebuilt:
    """Make the ledger of a partition anew; `known` was published already."""
    async with writing(home.broker, home.topics, home.app_id, number) as writer:
        await _clear(home, number, writer)
        restored = Restored(Book(home.law, home.options), Keeper(), None, {}, [])
        sources = [home.topics.alarms.name]
        partition, done = Partition(restored, sources=sources, budget=home.budget), Rebuilt()
        source = home.inputs(number)
        begin, end = await bounds(home.broker, source)
        async for records in read_range(home.broker, source, begin, end):
            for some in _cut(records):
                applied = Applied()
                for one in some:
                    applied.add(_apply(partition, one, done))
                await _write(home, partition, writer, _fresh(applied, known), done)
            progress(number, records[-1].offset + 1, end)
        await _finish(home, partition, writer)
        done.keys = len(partition.book.publishers)
        return done


def _cut(records: list[ConsumerRecord]) -> list[list[ConsumerRecord]]:
    return [records[i : i + _AT_ONCE] for i in range(0, len(records), _AT_ONCE)]


def _apply(partition: Partition, record: ConsumerRecord, done: Rebuilt) -> Applied:
    done.records += 1
    one: InputRecord = unseal(record.value)
    if one.rules is not None and one.rules != partition.rules:
        done.other_rules.append(one.from_offset)
    return partition.apply(record.offset, one, record.timestamp * 1000)


def _fresh(applied: Applied, known: Published) -> Applied:
    """Return what of it was not published."""
    last = known.obligations
    return Applied(
        [
            n
            for n in applied.notifications
            if (n.crossing_id, n.revision) not in known.notifications
        ],
        [
            m
            for m in applied.moved
            if m.obligation.revision > last.get(m.obligation.obligation_id, -1)
        ],
        forgotten=applied.forgotten,
    )


async def _write(
    home: Home,
    partition: Partition,
    writer: Writer,
    fresh: Applied,
    done: Rebuilt,
) -> None:
    done.published += len(fresh.notifications)
    done.obligations += len(fresh.obligations)
    outputs = applied_outputs(fresh, partition.now_us, home.topics, home.source)
    partition.note_statuses()
    await writer.write(outputs, partition.written())


async def _finish(home: Home, partition: Partition, writer: Writer) -> None:
    """Say how all outages stand."""
    statuses = partition.statuses.flush(input_complete=not partition.stalled)
    outputs = [status_output(status, home.topics, home.source) for status in statuses]
    if partition.next_offset is not None:
        await writer.write(outputs, partition.written())


async def _clear(home: Home, number: int, writer: Writer) -> None:
    """Remove what is left of the old ledger."""
    async for keys in _keys(home, number):
        await writer.write((), [(key, None) for key in keys])


async def _keys(home: Home, number: int) -> AsyncIterator[list[bytes]]:
    """Yield the keys of the old ledger; first that of its progress, without which it is none."""
    source, keys = home.ledger(number), set()
    async for records in read_range(home.broker, source, *await bounds(home.broker, source)):
        keys |= {record.key for record in records}
    ordered = [key_of(PROGRESS), *sorted(keys - {key_of(PROGRESS)})]
    for i in range(0, len(ordered) if keys else 0, _AT_ONCE):
        yield ordered[i : i + _AT_ONCE]
