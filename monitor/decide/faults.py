"""Items on which the program itself fails: set aside, loudly, and never tried for ever.

After an exception the state cannot be trusted: the partition is read back from its ledger, and the
same records are applied again, without what failed: first the item, then all items of its outage
key in that record; and if the key fails without any item, the key is left alone.
"""

from typing import Final

import structlog
from aiokafka import ConsumerRecord, TopicPartition
from msgspec.json import encode

from monitor.clock import timestamp_ms
from monitor.core.written import time_text
from monitor.decide.outputs import Output
from monitor.decide.partition import FaultError, Left
from monitor.decide.recovery import Home
from monitor.formats.reject import Reason
from monitor.ingest.letter import DeadLetter, letter_of
from monitor.ledger.topic import bounds, read_range

_log = structlog.get_logger(__name__)
_MAX_ERROR: Final = 500


class Faults:
    """What was found to make the program fail in one partition."""

    def __init__(self) -> None:
        """Start with nothing found."""
        #: items to leave out: (offset, number of the item), and why
        self.items: dict[tuple[int, int], Exception] = {}
        #: outage keys to leave alone, and why
        self.keys: dict[str, Exception] = {}

    def note(self, fault: FaultError) -> None:
        """Decide what to leave out next time; raises the fault if nothing can be named."""
        error = fault.error
        _log.critical(
            "the program failed on an item; it is set aside, and the rest is used",
            inputs_offset=fault.offset,
            outage_key=fault.outage_key,
            item=fault.item,
            error=repr(error)[:_MAX_ERROR],
            exc_info=error,
        )
        if fault.item is not None and (fault.offset, fault.item) not in self.items:
            self.items[fault.offset, fault.item] = error
            return
        if fault.outage_key is None:
            raise fault
        suspects = [
            (fault.offset, number)
            for number, item in enumerate(fault.record.items)
            if item.event.outage_key == fault.outage_key
        ]
        if fresh := [place for place in suspects if place not in self.items]:
            self.items |= dict.fromkeys(fresh, error)
        else:
            self.keys[fault.outage_key] = error

    def done(self, next_offset: int) -> None:
        """Forget items that were written down as left out."""
        self.items = {place: e for place, e in self.items.items() if place[0] >= next_offset}


async def letter(home: Home, left: Left, now_us: int) -> Output:
    """Return the dead letter of an item: its own record if it is still there, or what we read."""
    item, said = left.item, letter_of(left.error)
    source = TopicPartition(item.topic, item.partition)
    begin, end = await bounds(home.broker, source)
    if begin <= item.offset < end:
        async for records in read_range(home.broker, source, item.offset, item.offset + 1):
            (record,) = records
            headers = said.headers(record, time_text(now_us).encode())
            topic = home.topics.alarms_dlq.name
            return Output(topic, record.key, record.value, headers, record.timestamp)
    detail = f"{said.detail} (its record is no longer kept: this is what was read of it)"
    said = said._replace(detail=detail)
    return _second_hand(home, said, source, item.offset, encode(item.event), now_us)


def unreadable(
    home: Home, source: TopicPartition, offset: int, value: bytes, error: Exception, now_us: int
) -> Output:
    """Return the dead letter of a record of inputs that is none."""
    where = f"{source.topic}/{source.partition}"
    _log.critical("a record of inputs cannot be read", where=where, offset=offset, error=str(error))
    said = DeadLetter(Reason.INTERNAL_ERROR, f"not a record of inputs: {error}", error)
    return _second_hand(home, said, source, offset, value, now_us)


def _second_hand(
    home: Home, said: DeadLetter, source: TopicPartition, offset: int, value: bytes, now_us: int
) -> Output:
    now_ms = timestamp_ms(now_us)
    record = ConsumerRecord(
        source.topic, source.partition, offset, now_ms, 0, None, value, None, 0, len(value), ()
    )
    headers = said.headers(record, time_text(now_us).encode())
    return Output(home.topics.alarms_dlq.name, None, value, headers, now_ms)
