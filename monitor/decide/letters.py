"""The dead letters of what decide cannot use: the records they came from, as they were.

An item, or an action, travels without its own bytes: they are read again where they came from, all
of one source partition at once. What is no longer there is said as we read it.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import structlog
from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from msgspec.json import encode
from msgspec.structs import asdict

from monitor.clock import timestamp_ms
from monitor.core.duty_act import Problem
from monitor.core.written import time_text
from monitor.decide.applied import Left, Refused
from monitor.decide.outputs import Output
from monitor.decide.recovery import Home
from monitor.formats.reject import Reason
from monitor.ingest.envelope import ActionItem, Item
from monitor.ingest.letter import DeadLetter, letter_of
from monitor.ledger.topic import SilentError, bounds, read_range

_log = structlog.get_logger(__name__)
#: Records further apart than this are read apart.
_GAP: Final = 1000
_NOW_S: Final = 5.0


class SetAside(NamedTuple):
    """A dead letter: what is written, what it was made of, and why."""

    output: Output
    record: ConsumerRecord
    why: DeadLetter


class _Found(NamedTuple):
    """What is to be set aside, and where its record is."""

    item: Item | ActionItem
    said: DeadLetter
    topic: str

    @property
    def source(self) -> TopicPartition:
        return TopicPartition(self.item.topic, self.item.partition)


async def letters(
    home: Home, left: Iterable[Left], refused: Iterable[Refused], now_us: int
) -> list[SetAside]:
    """Return the dead letters of items that were left out, and of actions that were not taken."""
    topics = home.topics
    found = [_Found(one.item, letter_of(one.error), topics.alarms_dlq.name) for one in left]
    found += [_Found(one.item, _why(one.why), topics.actions_dlq.name) for one in refused]
    records: dict[tuple[TopicPartition, int], ConsumerRecord] = {}
    for source in {one.source for one in found}:
        offsets = sorted({one.item.offset for one in found if one.source == source})
        read = _read_now if source.topic == topics.actions.name else _read
        for record in await read(home, source, offsets):
            records[source, record.offset] = record
    return [_letter(one, records.get((one.source, one.item.offset)), now_us) for one in found]


def _why(why: Problem | Exception) -> DeadLetter:
    if isinstance(why, Exception):
        return letter_of(why)
    return DeadLetter(Reason(why.kind), why.text)


async def _read_now(
    home: Home, source: TopicPartition, offsets: Sequence[int]
) -> list[ConsumerRecord]:
    """Return the records, or none where that fails or takes long: crossings must not wait."""
    try:
        async with asyncio.timeout(_NOW_S):
            return await _read(home, source, offsets)
    except (KafkaError, OSError, TimeoutError, SilentError) as error:
        _log.warning("refused actions cannot be read again", topic=source.topic, error=repr(error))
        return []


async def _read(home: Home, source: TopicPartition, offsets: Sequence[int]) -> list[ConsumerRecord]:
    """Return the records at these offsets, as far as they are still there."""
    begin, end = await bounds(home.broker, source)
    wanted = [offset for offset in offsets if begin <= offset < end]
    found: list[ConsumerRecord] = []
    while wanted:
        some = [offset for offset in wanted if offset - wanted[0] < _GAP]
        wanted, places = wanted[len(some) :], set(some)
        async for records in read_range(home.broker, source, some[0], some[-1] + 1):
            found += [record for record in records if record.offset in places]
    return found


def _letter(found: _Found, record: ConsumerRecord | None, now_us: int) -> SetAside:
    """Return the dead letter of a record: its own if it is still there, or what we read."""
    said, item = found.said, found.item
    if record is None:
        detail = f"{said.detail} (its record is no longer kept: this is what was read of it)"
        said = said._replace(detail=detail)
        record = _second_hand(found.source, item.offset, *_read_of(item), now_us)
    return _set_aside(found.topic, record, said, now_us)


def _read_of(item: Item | ActionItem) -> tuple[bytes | None, bytes]:
    """Return key and value of a record, as far as they were kept."""
    if isinstance(item, Item):
        return None, encode(item.event)
    return item.action.outage_id.encode(), encode(asdict(item.action))


def unreadable(
    home: Home, source: TopicPartition, offset: int, value: bytes, error: Exception, now_us: int
) -> SetAside:
    """Return the dead letter of a record of inputs that is none."""
    where = f"{source.topic}/{source.partition}"
    _log.critical("a record of inputs cannot be read", where=where, offset=offset, error=str(error))
    said = DeadLetter(Reason.INTERNAL_ERROR, f"not a record of inputs: {error}", error)
    record = _second_hand(source, offset, None, value, now_us)
    return _set_aside(home.topics.alarms_dlq.name, record, said, now_us)


def _set_aside(topic: str, record: ConsumerRecord, said: DeadLetter, now_us: int) -> SetAside:
    headers = said.headers(record, time_text(now_us).encode())
    output = Output(topic, record.key, record.value, headers, record.timestamp)
    return SetAside(output, record, said)


def _second_hand(
    source: TopicPartition, offset: int, key: bytes | None, value: bytes, now_us: int
) -> ConsumerRecord:
    now_ms, sizes = timestamp_ms(now_us), (len(key or b""), len(value))
    return ConsumerRecord(
        source.topic, source.partition, offset, now_ms, 0, key, value, None, *sizes, ()
    )
