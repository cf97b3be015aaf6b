"""How far each source partition is confirmed: the times that ticks carry.

A tick says: whatever arrived in this source partition before T has been forwarded. It must be true
whoever sends it and however late, so T is never a mere reading of the clock:

- *Read to its end*: the time t0 is taken, then the broker is asked where the partition ends. If
  what was forwarded and acknowledged reaches that end, T is t0.
- *Backlog*: T is the largest min(record time stamp, event time) forwarded so far. So a backlog is
  worked off in its own time, and a burst of old events written today does not turn time to today.

T never passes the clock and never goes back.
"""

from collections.abc import Iterable

from aiokafka import TopicPartition
from msgspec import Struct

from monitor.ingest.envelope import Tick

#: How far (in the time of events) a source may run ahead of the slowest before it is paused.
MAX_LEAD_US = 120_000_000


class SourceReplacedError(RuntimeError):
    """Raised when a source ends before what was forwarded: it was deleted and made anew."""


class _Progress(Struct):
    next_offset: int
    up_to_us: int | None = None


class Evidence:
    """What this worker can say about its source partitions."""

    def __init__(self) -> None:
        """Start without partitions."""
        self._progress: dict[TopicPartition, _Progress] = {}

    @property
    def read_to(self) -> dict[TopicPartition, int]:
        """How far each partition was forwarded and acknowledged."""
        return {source: progress.next_offset for source, progress in self._progress.items()}

    def assigned(self, source: TopicPartition, next_offset: int) -> None:
        """Take a partition over; everything before `next_offset` was forwarded by somebody."""
        self._progress[source] = _Progress(next_offset)

    def __contains__(self, source: TopicPartition) -> bool:
        """Whether the partition is ours."""
        return source in self._progress

    def revoked(self, source: TopicPartition) -> None:
        """Give a partition up."""
        self._progress.pop(source, None)

    def forwarded(
        self,
        source: TopicPartition,
        next_offset: int,
        times_us: Iterable[tuple[int, int]],
        now_us: int,
    ) -> None:
        """Note records up to `next_offset`; of those that were used (time stamp, event time).

        Partitions given up meanwhile are passed over: their new owner speaks for them.
        """
        progress = self._progress.get(source)
        if progress is None:
            return
        _check(source, next_offset, progress.next_offset)
        progress.next_offset = next_offset
        latest_us = max((min(pair) for pair in times_us), default=None)
        if latest_us is not None:
            _raise_to(progress, min(latest_us, now_us))

    def confirmed(self, source: TopicPartition, end_offset: int, asked_us: int) -> None:
        """Note where a partition ends, by a question put to the broker after `asked_us`."""
        progress = self._progress.get(source)
        if progress is None:
            return
        _check(source, end_offset, progress.next_offset)
        if end_offset == progress.next_offset:
            _raise_to(progress, asked_us)

    def tick(self, sources: tuple[tuple[str, int], ...]) -> Tick:
        """Return what can be said now; `sources` are all topics with their partition counts."""
        said = [
            (source.topic, source.partition, progress.up_to_us)
            for source, progress in sorted(self._progress.items())
            if progress.up_to_us is not None
        ]
        return Tick(sources, tuple(said))

    def too_far_ahead(self, max_lead_us: int = MAX_LEAD_US) -> set[TopicPartition]:
        """Return the partitions that should wait for the slowest one."""
        times_us = {s: p.up_to_us for s, p in self._progress.items() if p.up_to_us is not None}
        slowest_us = min(times_us.values(), default=0)
        return {
            source for source, time_us in times_us.items() if time_us - slowest_us > max_lead_us
        }


def _check(source: TopicPartition, offset: int, forwarded: int) -> None:
    if offset < forwarded:
        message = (
            f"{source.topic}/{source.partition} ends at {offset}, but {forwarded} was forwarded: "
            "the topic was deleted and made anew, or its committed offset is not its own"
        )
        raise SourceReplacedError(message)


def _raise_to(progress: _Progress, time_us: int) -> None:
    if progress.up_to_us is None or progress.up_to_us < time_us:
        progress.up_to_us = time_us
