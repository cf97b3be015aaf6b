"""From the bytes of a source record to an event, or to a dead letter."""

from collections.abc import Callable
from typing import Final, NamedTuple

from aiokafka import ConsumerRecord

from monitor.core.event import Event
from monitor.enrich import Correlate, Inventory, enrich
from monitor.formats.alarm import NativeAlarm
from monitor.formats.reject import Reason, Reject

Headers = list[tuple[str, bytes]]
ReadAlarm = Callable[[bytes], tuple[NativeAlarm | None, Reject | None]]

#: A header longer than this helps nobody.
_MAX_DETAIL: Final = 1000


class DeadLetter(NamedTuple):
    """Why a record could not be used, or not fully."""

    reason: str
    detail: str

    def headers(self, record: ConsumerRecord) -> Headers:
        """Return the headers of the dead letter: whence, why, and those it had."""
        said = {
            "dlq_reason": self.reason,
            "dlq_detail": self.detail[:_MAX_DETAIL],
            "dlq_topic": record.topic,
            "dlq_partition": str(record.partition),
            "dlq_offset": str(record.offset),
            "dlq_timestamp": str(record.timestamp),
        }
        return [*record.headers, *((name, text.encode()) for name, text in said.items())]


class Reader:
    """Reads, validates, enriches and keys alarm records."""

    def __init__(
        self,
        read_alarm: ReadAlarm,
        inventory: Inventory,
        *,
        correlate: Correlate,
        max_clock_skew_us: int,
    ) -> None:
        """Take the format, the inventory (followed live) and what the settings say."""
        self._read_alarm = read_alarm
        self._inventory = inventory
        self._correlate = correlate
        self._max_clock_skew_us = max_clock_skew_us

    def read(self, record: ConsumerRecord) -> tuple[Event | None, DeadLetter | None]:
        """Return the event, if any; a dead letter beside it says that a part was left out."""
        alarm, reject = self._read_alarm(record.value or b"")
        letter = None if reject is None else DeadLetter(reject.reason, reject.detail)
        if alarm is None:
            return None, letter
        ahead_us = alarm.time_us - record.timestamp * 1000
        if ahead_us > self._max_clock_skew_us:
            seconds = ahead_us // 1_000_000
            detail = f"event_time: {seconds} seconds ahead of the record's own time stamp"
            return None, DeadLetter(Reason.AHEAD_OF_ARRIVAL, detail)
        event = enrich(alarm, self._inventory, self._correlate)
        if isinstance(event, Reject):
            return None, DeadLetter(event.reason, event.detail)
        return event, letter
