"""Ranges of topics read from a broker into a recording."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Final, NamedTuple

from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from monitor.broker.access import Broker
from monitor.broker.clients import admin_of, consumer_of
from monitor.broker.existing import partition_counts
from monitor.ledger.topic import bounds, read_range
from monitor.recorded.bound import Bound
from monitor.recorded.model import End, Head, Header, Range, Row, Topic, text_or_bytes
from monitor.recorded.write import Writer

_ANSWER_S: Final = 30.0
_OFFSETS_S: Final = 5.0
_BROKER_TIME: Final = 1
#: Is told how many offsets were read, of how many.
Progress = Callable[[int, int], None]


class Wanted(NamedTuple):
    """What is to be recorded: topics by name with their parts in the program, and which range."""

    topics: Mapping[str, str]
    since: Bound | None
    until: Bound | None
    #: topics of which all is recorded, whatever the range
    whole: frozenset[str] = frozenset()

    def of(self, topic: str) -> "Wanted":
        """Return what is wanted of one topic."""
        return self if topic not in self.whole else self._replace(since=None, until=None)


async def head_of(
    broker: Broker, wanted: Wanted, *, product: str, policy_set: str, app_id: str
) -> Head:
    """Return the head of a recording: which offsets of which partitions belong to it.

    How far was decided is asked first: what follows from it has then been published.
    """
    partitions = await partition_counts(broker, list(wanted.topics))
    decided = await _decided(broker, app_id)
    topics = [
        Topic(
            name=name,
            role=role,
            ranges=tuple(
                [
                    await _range(broker, TopicPartition(name, number), wanted.of(name), decided)
                    for number in range(partitions[name])
                ]
            ),
        )
        for name, role in wanted.topics.items()
    ]
    return Head(
        product=product,
        policy_set=policy_set,
        since=None if wanted.since is None else str(wanted.since),
        until=None if wanted.until is None else str(wanted.until),
        topics=tuple(topics),
    )


async def take(broker: Broker, head: Head, wanted: Wanted, writer: Writer, told: Progress) -> End:
    """Read what the head says, partition by partition, and write it."""
    total = sum(r.end - r.begin for topic in head.topics for r in topic.ranges)
    done = 0
    for topic in head.topics:
        for one in topic.ranges:
            asked = wanted.of(topic.name)
            async for records in _records(broker, topic.name, one, asked.until):
                for record in records:
                    if _within(record, asked):
                        writer.add(row_of(record))
                told(done + records[-1].offset + 1 - one.begin, total)
            done += one.end - one.begin
            told(done, total)
    return writer.finish()


def row_of(record: ConsumerRecord) -> Row:
    """Return a record as it is kept."""
    key, key_base64 = text_or_bytes(record.key)
    value, value_base64 = text_or_bytes(record.value)
    headers = tuple(Header(name, *text_or_bytes(given)) for name, given in record.headers or ())
    return Row(
        record.topic, record.partition, record.offset, record.timestamp, record.timestamp_type,
        key, key_base64, value, value_base64, headers,
    )  # fmt: skip


async def _decided(broker: Broker, app_id: str) -> dict[TopicPartition, int]:
    """Return up to which offset of each partition decide has worked, if the broker says."""
    try:
        async with asyncio.timeout(_OFFSETS_S), admin_of(broker) as admin:
            found = await admin.list_consumer_group_offsets(f"{app_id}-decide")
    except (KafkaError, TimeoutError):
        # An embedded broker cannot say, and another may not want to: it is a help, no need.
        return {}
    return {source: known.offset for source, known in found.items() if known.offset >= 0}


async def _range(
    broker: Broker, source: TopicPartition, wanted: Wanted, decided: Mapping[TopicPartition, int]
) -> Range:
    log_begin, log_end = await bounds(broker, source)
    begin, end = log_begin, log_end
    if wanted.since is not None:
        asked = wanted.since.offset
        if wanted.since.time_us is not None:
            asked = await _offset_at(broker, source, wanted.since.time_us)
        begin = log_end if asked is None else min(max(asked, log_begin), log_end)
    if wanted.until is not None and wanted.until.offset is not None:
        end = max(begin, min(wanted.until.offset, log_end))
    return Range(
        partition=source.partition, log_begin=log_begin, log_end=log_end, begin=begin, end=end,
        decided_to=decided.get(source),
    )  # fmt: skip


async def _offset_at(broker: Broker, source: TopicPartition, time_us: int) -> int | None:
    """Return the first offset with this time stamp or a later one; None if there is none."""
    async with asyncio.timeout(_ANSWER_S), consumer_of(broker) as consumer:
        consumer.assign([source])
        found = (await consumer.offsets_for_times({source: -(-time_us // 1000)}))[source]
    return None if found is None else int(found.offset)


async def _records(
    broker: Broker, topic: str, one: Range, until: Bound | None
) -> AsyncIterator[list[ConsumerRecord]]:
    """Yield the records of a range, up to the time at which it ends if that is a time."""
    source = TopicPartition(topic, one.partition)
    async for records in read_range(broker, source, one.begin, one.end):
        yield records
        last = records[-1]
        # Only the broker's own stamps never go back.
        if (
            until is not None
            and until.time_us is not None
            and last.timestamp_type == _BROKER_TIME
            and last.timestamp * 1000 >= until.time_us
        ):
            return


def _within(record: ConsumerRecord, wanted: Wanted) -> bool:
    stamp_us = record.timestamp * 1000
    since, until = wanted.since, wanted.until
    if since is not None and since.time_us is not None and stamp_us < since.time_us:
        return False
    return until is None or until.time_us is None or stamp_us < until.time_us
