"""How far each source partition is confirmed: the times that ticks carry.

A tick says: whatever arrived in this source partition before T has been forwarded. It must be true
whoever sends it and however late, so T is never a mere reading of the clock:

- *Read to its end*: the time t0 is taken, then the broker is asked where the partition ends. When
  what was forwarded reaches that end, at once or later, T is t0: what arrived before t0 lies
  before that end.
- *Backlog*: T is the largest min(record time stamp, event time) forwarded so far. So a backlog is
  worked off in its own time, and a burst of old events written today does not turn time to today.

T never passes the clock and never goes back. What is said here is only noted; it is sent by the
loop, which does so when what was forwarded has been acknowledged.
"""

from collections.abc import Collection, Iterable

from aiokafka import TopicPartition
from msgspec import Struct

from monitor.ingest.envelope import Tick


class SourceReplacedError(RuntimeError):
    """Raised when a source is not the one that was read: it was deleted, perhaps made anew."""


class _Progress(Struct):
    next_offset: int
    up_to_us: int | None = None
    #: the end that was told last and is not reached yet, and when it was asked for
    end_offset: int | None = None
    asked_us: int = 0


class Evidence:
    """What this worker can say about its source partitions."""

    def __init__(self) -> None:
        """Start without partitions."""
        self._progress: dict[TopicPartition, _Progress] = {}

    @property
    def read_to(self) -> dict[TopicPartition, int]:
        """How far each partition was forwarded."""
        return {source: progress.next_offset for source, progress in self._progress.items()}

    @property
    def times_us(self) -> dict[TopicPartition, int]:
        """How far each partition is confirmed, of those that are."""
        times_us = ((source, progress.up_to_us) for source, progress in self._progress.items())
        return {source: time_us for source, time_us in times_us if time_us is not None}

    def assigned(self, source: TopicPartition, next_offset: int) -> None:
        """Take a partition over; everything before `next_offset` was forwarded by somebody."""
        self._progress[source] = _Progress(next_offset)

    def __contains__(self, source: TopicPartition) -> bool:
        """Whether the partition is ours."""
        return source in self._progress

    def revoked(self, source: TopicPartition) -> None:
        """Give a partition up."""
        self._progress.pop(source, None)

    def keep(self, ours: Collection[TopicPartition]) -> None:
        """Give up all but these: records of a partition can come in while it is given away."""
        for source in self._progress.keys() - ours:
            self.revoked(source)

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
        _answer(progress)

    def confirmed(
        self, source: TopicPartition, end_offset: int, asked_us: int, read_to: int | None = None
    ) -> None:
        """Note where a partition ends, by a question put to the broker after `asked_us`.

        `read_to` is how far the partition had been forwarded when the question was put, if more
        may have been forwarded since. An end that is not reached is kept until it is, and later
        ones are passed over meanwhile: while a partition keeps growing, the last one never is.
        """
        progress = self._progress.get(source)
        if progress is None:
            return
        _check(source, end_offset, progress.next_offset if read_to is None else read_to)
        if end_offset <= progress.next_offset:
            _raise_to(progress, asked_us)
        elif progress.end_offset is None:
            progress.end_offset, progress.asked_us = end_offset, asked_us

    def tick(self, sources: tuple[tuple[str, int], ...]) -> Tick:
        """Return what can be said now; `sources` are all topics with their partition counts."""
        said = [(source.topic, source.partition, up) for source, up in self.times_us.items()]
        return Tick(sources, tuple(sorted(said)))


def _check(source: TopicPartition, offset: int, forwarded: int) -> None:
    if offset < forwarded:
        message = (
            f"{source.topic}/{source.partition} ends at {offset}, but {forwarded} was forwarded: "
            "the topic was deleted and made anew, or it lost records; start ingest again, and it "
            "reads the topic as it is now"
        )
        raise SourceReplacedError(message)


def _answer(progress: _Progress) -> None:
    """Confirm by an end that was not reached when it was told, and is now."""
    if progress.end_offset is not None and progress.end_offset <= progress.next_offset:
        _raise_to(progress, progress.asked_us)
        progress.end_offset = None


def _raise_to(progress: _Progress, time_us: int) -> None:
    if progress.up_to_us is None or progress.up_to_us < time_us:
        progress.up_to_us = time_us
