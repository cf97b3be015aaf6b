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
    #: the largest min(time stamp, event time) of those that were used
    up_to_us: int | None = None


class Poll(Struct):
    """Alarms and dead letters of one poll."""

    parts: dict[TopicPartition, Part] = field(default_factory=dict)
    alarms: int = 0
    envelopes: dict[int, list[Packed]] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)


async def read_poll(batch: Batch, reader: Reader, partitions: int, now_us: int) -> Poll:
    """Read every record of a poll into envelopes for so many partitions, and dead letters."""
    poll = Poll()
    items: list[Item] = []
    came_from: list[ConsumerRecord] = []
    for source, records in batch.items():
        part = Part(records[0].offset, records[-1].offset + 1)
        for some in _slices(records):
            _read(some, reader, now_us, part, items, came_from, poll.letters)
            await asyncio.sleep(0)
        poll.parts[source] = part
    poll.envelopes = _packed(items, came_from, partitions, poll.letters)
    poll.alarms = sum(len(e) for waiting in poll.envelopes.values() for e in waiting)
    return poll


def _slices(records: list[ConsumerRecord]) -> Iterator[list[ConsumerRecord]]:
    for start in range(0, len(records), _SLICE):
        yield records[start : start + _SLICE]


def _read(
    records: list[ConsumerRecord],
    reader: Reader,
    now_us: int,
    part: Part,
    items: list[Item],
    came_from: list[ConsumerRecord],
    letters: list[Letter],
) -> None:
    """Read some records; a time stamp that is missing or lies ahead is no time of arrival."""
    read, latest_us = reader.read, part.up_to_us
    for record in records:
        stamp_us = record.timestamp * 1000
        arrived_us = stamp_us if 0 <= stamp_us <= now_us else now_us
        event, letter = read(record, arrived_us)
        if letter is not None:
            letters.append((record, letter))
        if event is not None:
            items.append(Item(record.topic, record.partition, record.offset, event))
            came_from.append(record)
            time_us = event.time_us
            up_to_us = min(arrived_us, time_us)
            if latest_us is None or latest_us < up_to_us:
                latest_us = up_to_us
    part.up_to_us = latest_us


def _packed(
    items: list[Item], came_from: list[ConsumerRecord], partitions: int, letters: list[Letter]
) -> dict[int, list[Packed]]:
    """Return the envelopes; an item that cannot be written is set aside like one not read."""
    try:
        return pack(items, partitions)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - whatever it is, the others must go on
        good = [
            _writable(*pair, partitions, letters) for pair in zip(items, came_from, strict=True)
        ]
        return pack([item for item in good if item is not None], partitions)


def _writable(
    item: Item, record: ConsumerRecord, partitions: int, letters: list[Letter]
) -> Item | None:
    try:
        pack([item], partitions)
    except Exception as error:  # noqa: BLE001 - this is the one
        letters.append((record, letter_of(error)))
        return None
    return item
