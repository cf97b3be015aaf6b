"""From the bytes of a source record to an event, or to a dead letter."""

from collections.abc import Callable

from aiokafka import ConsumerRecord

from monitor.core.event import Event
from monitor.enrich import Correlate, Inventory, enrich
from monitor.formats.alarm import NativeAlarm
from monitor.formats.reject import Reason, Reject
from monitor.ingest.letter import DeadLetter, letter_of

ReadAlarm = Callable[[bytes], tuple[NativeAlarm | None, Reject | None]]

_EMPTY = DeadLetter(
    Reason.EMPTY, "the record has no value: a deletion, where records are compacted; not an alarm"
)


class Reader:
    """Reads, validates, enriches and keys alarm records; whatever a record holds, it never fails.

    A record on which our own code fails is a dead letter like others: one record must not keep all
    that come after it from us.
    """

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

    def read(
        self, record: ConsumerRecord, arrived_us: int
    ) -> tuple[Event | None, DeadLetter | None]:
        """Return the event, if any; a dead letter beside it says that a part was left out."""
        try:
            return self._read(record.value, arrived_us)
        except MemoryError:  # it is the process that is ill, and not the record
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the others must be read
            return None, letter_of(error)

    def _read(self, value: bytes | None, arrived_us: int) -> tuple[Event | None, DeadLetter | None]:
        if value is None:
            return None, _EMPTY
        alarm, reject = self._read_alarm(value)
        letter = None if reject is None else DeadLetter(reject.reason, reject.detail)
        if alarm is None:
            return None, letter
        ahead_us = alarm.time_us - arrived_us
        if ahead_us > self._max_clock_skew_us:
            seconds = ahead_us // 1_000_000
            detail = f"event_time: {seconds} seconds ahead of the arrival of the record"
            return None, DeadLetter(Reason.AHEAD_OF_ARRIVAL, detail)
        event = enrich(alarm, self._inventory, self._correlate)
        if isinstance(event, Reject):
            return None, DeadLetter(event.reason, event.detail)
        return event, letter
