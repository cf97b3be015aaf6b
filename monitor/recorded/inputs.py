"""Recorded `outage-inputs` as events, already enriched."""

from collections.abc import Iterator

from monitor.ingest.envelope import InputRecord, NewerError, unseal
from monitor.recorded.model import Row
from monitor.recorded.read import Recording
from monitor.replay.lines import InputError
from monitor.replay.reading import Origin


class RecordedEvents:
    """The events of one partition of a recorded `outage-inputs`, as they were decided upon."""

    def __init__(self, name: str, topic: str, partition: int, until_us: int | None = None) -> None:
        """Name the recording, the partition, and the time after which events are left out."""
        self.recording = Recording(name)
        self._topic, self._partition, self._until_us = topic, partition, until_us
        self.after_until = 0

    def __iter__(self) -> Iterator[Origin]:
        """Yield the events in the order of their arrival."""
        for number, row in self.recording.rows(self._topic, [self._partition]):
            record = input_record(self.recording.name, number, row)
            for item in record.items if record is not None else ():
                event = item.event
                if self._until_us is not None and event.time_us > self._until_us:
                    self.after_until += 1
                    continue
                yield Origin(event.time_us, event, self.recording.name, number)


def input_record(name: str, number: int, row: Row) -> InputRecord | None:
    """Return a record of `outage-inputs`; None if it is none, which a live run sets aside, too."""
    try:
        return unseal(row.value_bytes or b"")
    except NewerError as error:
        message = f"{name}:{number}: {error}"
        raise InputError(message) from error
    except ValueError:
        return None
