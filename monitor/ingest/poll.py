"""What one poll brought, made ready to be sent while the poll before it is still being sent."""

import asyncio
from collections.abc import Iterator
from typing import Final

from aiokafka import ConsumerRecord, TopicPartition
from msgspec import Struct, field

from monitor.ingest.envelope import Item, Packed, pack
from monitor.ingest.letter import letter_of
from monitor.ingest.letters import Letter
from monitor.ingest.read import Reader

#: So many records are read before others have their turn.
_SLICE: Final = 200
Batch = dict[TopicPartition, list[ConsumerRecord]]


class Part(Struct):
    """The records of one source partition."""

    first_offset: int
    next_offset: int
    records: int
    #: the largest min(time stamp, event time) of those that were used
    up_to_us: int | None = None


class Poll(Struct):
    """Alarms and dead letters of one poll."""

    parts: dict[TopicPartition, Part]
    alarms: int
    envelopes: dict[int, list[Packed]]
    letters: list[Letter]


class _Found(Struct):
    """What was found in the records: alarms with where they came from, and dead letters."""

    items: list[Item] = field(default_factory=list)
    came_from: list[ConsumerRecord] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)


async def read_poll(batch: Batch, reader: Reader, partitions: int, now_us: int) -> Poll:
    """Read every record of a poll into envelopes for so many partitions, and dead letters."""
    found = _Found()
    parts = {}
    for source, records in batch.items():
        part = parts[source] = Part(records[0].offset, records[-1].offset + 1, len(records))
        for some in _slices(records):
            _read(some, reader, now_us, part, found)
            await asyncio.sleep(0)
    envelopes = _packed(found, partitions)
    alarms = sum(len(e) for waiting in envelopes.values() for e in waiting)
    return Poll(parts, alarms, envelopes, found.letters)


def _slices(records: list[ConsumerRecord]) -> Iterator[list[ConsumerRecord]]:
    for start in range(0, len(records), _SLICE):
        yield records[start : start + _SLICE]


def _read(
    records: list[ConsumerRecord], reader: Reader, now_us: int, part: Part, found: _Found
) -> None:
    """Read some records; a time stamp that is missing or lies ahead is no time of arrival."""
    read, latest_us = reader.read, part.up_to_us
    for record in records:
        stamp_us = record.timestamp * 1000
        arrived_us = stamp_us if 0 <= stamp_us <= now_us else now_us
        event, letter = read(record, arrived_us)
        if letter is not None:
            found.letters.append((record, letter))
        if event is not None:
            found.items.append(Item(record.topic, record.partition, record.offset, event))
            found.came_from.append(record)
            time_us = event.time_us
            # A call of min would cost as much as all the rest of this.
            up_to_us = time_us if time_us < arrived_us else arrived_us  # noqa: FURB136 - speed
            if latest_us is None or latest_us < up_to_us:
                latest_us = up_to_us
    part.up_to_us = latest_us


def _packed(found: _Found, partitions: int) -> dict[int, list[Packed]]:
    """Return the envelopes; an item that cannot be written is set aside like one not read."""
    try:
        return pack(found.items, partitions)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - whatever it is, the others must go on
        return pack(list(_writable(found, partitions)), partitions)


def _writable(found: _Found, partitions: int) -> Iterator[Item]:
    for item, record in zip(found.items, found.came_from, strict=True):
        try:
            pack([item], partitions)
        except Exception as error:  # noqa: BLE001 - this is the one
            found.letters.append((record, letter_of(error)))
        else:
            yield item
