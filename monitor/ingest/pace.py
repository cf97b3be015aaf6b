"""Which source partitions wait for the slower ones.

After a stop each partition has its backlog. If one were read hours ahead of the others, all of that
would have to be kept until time gets there. But a partition that does not move at all, for example
one without a leader, must not keep the alarms of the others from us.
"""

from collections.abc import Mapping
from typing import Final

import structlog
from aiokafka import TopicPartition

#: How far (in the time of events) a source may run ahead of the slowest before it is paused.
MAX_LEAD_US: Final = 120_000_000
#: How long the others wait for one that does not move.
PATIENCE_S: Final = 10.0
_log = structlog.get_logger(__name__)


class Pace:
    """Watches how the source partitions of this worker move in time."""

    def __init__(self, max_lead_us: int = MAX_LEAD_US, patience_s: float = PATIENCE_S) -> None:
        """Start without having seen any."""
        self._max_lead_us = max_lead_us
        self._patience_s = patience_s
        #: how far each partition is confirmed, and since when it has been so
        self._moved: dict[TopicPartition, tuple[int, float]] = {}
        self._left_behind: set[TopicPartition] = set()

    def too_far_ahead(
        self, times_us: Mapping[TopicPartition, int], now_s: float
    ) -> set[TopicPartition]:
        """Return the partitions that should wait, from how far each is confirmed."""
        self._note(times_us, now_s)
        waited_for = [us for source, us in times_us.items() if source not in self._left_behind]
        slowest_us = min(waited_for, default=0)
        return {s for s, time_us in times_us.items() if time_us - slowest_us > self._max_lead_us}

    def _note(self, times_us: Mapping[TopicPartition, int], now_s: float) -> None:
        """Note who moved; who is left behind is waited for again when it has caught up."""
        moved = self._moved
        self._moved = {
            source: moved[source]
            if source in moved and moved[source][0] == time_us
            else (time_us, now_s)
            for source, time_us in times_us.items()
        }
        stands = {s for s, (_, since) in self._moved.items() if now_s - since >= self._patience_s}
        behind_us = max(times_us.values(), default=0) - self._max_lead_us
        behind = {source for source, time_us in times_us.items() if time_us < behind_us}
        for source in (stands & behind) - self._left_behind:
            where = f"{source.topic}/{source.partition}"
            _log.warning("a source partition does not move, the others go on", partition=where)
        self._left_behind = (self._left_behind | stands) & behind
