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

import structlog
from aiokafka import TopicPartition
from msgspec import Struct

from monitor.ingest.envelope import Tick

_log = structlog.get_logger(__name__)


class SourceReplacedError(RuntimeError):
    """Raised when a source is not the one that was read: it was deleted, perhaps made anew."""


class _Progress(Struct):
    next_offset: int
    #: records were read there, or the broker said that the partition reaches it
    is_sure: bool = False
    up_to_us: int | None = None
    #: the end that was told last and is not reached yet, and when it was asked for
    end_offset: int | None = None
    asked_us: int = 0


class Evidence:
    """What this worker can say about its source partitions."""

    def __init__(self) -> None:
        """Start without partitions."""
        self._progress: dict[TopicPartition, _Progress] = {}
        #: where each partition ends at least, ours or not: what was there once, stays counted
        self._at_least: dict[TopicPartition, int] = {}

    def at_least(self, source: TopicPartition) -> int:
        """Return an offset that the partition has reached, as far as this worker knows."""
        return self._at_least.get(source, 0)

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
        """Take a partition over; everything before `next_offset` was forwarded by somebody.

        That is what the group committed. It may be an offset of another topic that had the same
        name; then the consumer goes back to the beginning as soon as the broker says so.
        """
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
        if progress.is_sure or next_offset > progress.next_offset:
            self._reaches(source, next_offset, progress.next_offset)
        progress.is_sure |= next_offset != progress.next_offset
        progress.next_offset = next_offset
        latest_us = max((min(pair) for pair in times_us), default=None)
        if latest_us is not None:
            _raise_to(progress, min(latest_us, now_us))
        _answer(progress)

    def confirmed(
        self, source: TopicPartition, end_offset: int, asked_us: int, at_least: int | None = None
    ) -> None:
        """Note where a partition ends, by a question put to the broker after `asked_us`.

        `at_least` is what `at_least` said when the question was put, if more may have been
        forwarded since. An end that is not reached is kept until it is, and later ones are passed
        over meanwhile: while a partition keeps growing, the last one never is.
        """
        progress = self._progress.get(source)
        if progress is None:
            return
        self._reaches(source, end_offset, self.at_least(source) if at_least is None else at_least)
        if end_offset < progress.next_offset and not progress.is_sure:
            _say_foreign(source, end_offset, progress.next_offset)
            return
        progress.is_sure = True
        if end_offset <= progress.next_offset:
            _raise_to(progress, asked_us)
        elif progress.end_offset is None:
            progress.end_offset, progress.asked_us = end_offset, asked_us

    def tick(self, sources: tuple[tuple[str, int], ...]) -> Tick:
        """Return what can be said now; `sources` are all topics with their partition counts."""
        said = [(source.topic, source.partition, up) for source, up in self.times_us.items()]
        return Tick(sources, tuple(sorted(said)))

    def _reaches(self, source: TopicPartition, offset: int, at_least: int) -> None:
        """Note that a partition reaches an offset; raise if it reached further before."""
        if offset < at_least:
            message = (
                f"{source.topic}/{source.partition} ends at {offset}, but it reached {at_least} "
                "before: the topic was deleted and made anew, or it lost records; start ingest "
                "again, and it reads the topic as it is now"
            )
            raise SourceReplacedError(message)
        self._at_least[source] = max(offset, self.at_least(source))


def _say_foreign(source: TopicPartition, end_offset: int, committed: int) -> None:
    _log.warning(
        "the committed offset lies beyond the end of the topic, which was perhaps made anew; "
        "it will be read from its beginning",
        partition=f"{source.topic}/{source.partition}",
        committed=committed,
        end=end_offset,
    )


def _answer(progress: _Progress) -> None:
    """Confirm by an end that was not reached when it was told, and is now."""
    if progress.end_offset is not None and progress.end_offset <= progress.next_offset:
        _raise_to(progress, progress.asked_us)
        progress.end_offset = None


def _raise_to(progress: _Progress, time_us: int) -> None:
    if progress.up_to_us is None or progress.up_to_us < time_us:
        progress.up_to_us = time_us
