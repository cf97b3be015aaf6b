"""A recorded topic of alarms, as a replay reads files."""

from collections.abc import Iterator

from monitor.recorded.read import Recording
from monitor.replay.lines import Lines


class RecordedLines(Lines):
    """The values of one partition of a recorded topic, as the lines of a file."""

    def __init__(self, name: str, topic: str, partition: int) -> None:
        """Name the recording, and the partition in it."""
        super().__init__(name)
        self._recording = Recording(name)
        self._topic, self._partition = topic, partition
        #: when the record that was read last arrived
        self.stamp_us = 0

    @property
    def position_bytes(self) -> int:
        """How many bytes of the file were read."""
        return self._recording.lines.position_bytes

    def __iter__(self) -> Iterator[tuple[int, bytes, bool]]:
        """Yield (line number, value of the record, false: nothing is cut)."""
        for number, row in self._recording.rows(self._topic, [self._partition]):
            self.stamp_us = row.timestamp_ms * 1000
            yield number, row.value_bytes or b"", False
