"""The source topics and how many partitions each has, as every tick names them."""

from collections.abc import Callable, Iterable
from typing import Final

from msgspec import Struct

from monitor.ingest.evidence import SourceReplacedError

#: So long brokers may tell different things of a topic that was just made, or just grew.
_SETTLED_S: Final = 10.0
PartitionsOf = Callable[[str], set[int] | None]


class _Known(Struct):
    partitions: int = 0
    #: since when there are as many
    since_s: float = 0.0
    #: since when there seem to be fewer
    fewer_since_s: float | None = None


class Sources:
    """Counts the partitions of the source topics; a topic never has fewer than before."""

    def __init__(self, topics: Iterable[str]) -> None:
        """Take the names of the topics."""
        self._known = {topic: _Known() for topic in topics}

    @property
    def topics(self) -> list[str]:
        """The names of the topics."""
        return list(self._known)

    def counted(self, partitions_of: PartitionsOf, now_s: float) -> tuple[tuple[str, int], ...]:
        """Return the topics with their partition counts, as the broker told us last.

        A topic of which we know nothing yet has a partition at least; so time waits for it.
        """
        for topic, known in self._known.items():
            count = len(partitions_of(topic) or ())
            if count < known.partitions:
                _check(topic, known, count, now_s)
                continue
            known.fewer_since_s = None
            if count > known.partitions:
                known.partitions, known.since_s = count, now_s
        return tuple((topic, max(1, known.partitions)) for topic, known in self._known.items())


def _check(topic: str, known: _Known, count: int, now_s: float) -> None:
    """Raise if the topic is another one now, and not one that some broker has yet to hear of."""
    if known.fewer_since_s is None:
        known.fewer_since_s = now_s
    is_gone = not count and now_s - known.since_s >= _SETTLED_S
    if is_gone or now_s - known.fewer_since_s >= _SETTLED_S:
        message = (
            f"{topic} had {known.partitions} partitions and now has {count or 'none'}: it was "
            f"deleted. Make it again with at least {known.partitions} partitions, for time waits "
            "for each of them, and start ingest again"
        )
        raise SourceReplacedError(message)
