"""The alarms that hit one area of one service, and the largest count among them."""

from heapq import heapify, heappop, heappush

from monitor.core.event import AlarmId

#: Up to so many alarms a plain search for the largest is faster than a heap.
_FEW = 12
#: A heap with so many entries for each alarm is made anew when it is next asked.
_STALE = 4


class Load(dict[AlarmId, int]):
    """End-users hit per active alarm; the largest counts, as all alarms hit the same people.

    The heap holds an entry for each current item and stale ones beside it, which are dropped when
    they come to its top. So the largest costs no more when a hundred thousand alarms share an area.
    """

    __slots__ = ("_heap",)

    def __init__(self) -> None:
        """Start without alarms."""
        super().__init__()
        self._heap: list[tuple[int, AlarmId]] | None = None

    def put(self, alarm: AlarmId, end_users: int) -> None:
        """Set what an alarm hits."""
        self[alarm] = end_users
        if self._heap is not None:
            heappush(self._heap, (-end_users, alarm))
            if len(self._heap) > _STALE * len(self):
                self._heap = None

    def restore(self, alarm: AlarmId, end_users: int | None) -> None:
        """Set what an alarm hit before a change that is taken back; None: it was not there."""
        if end_users is None:
            del self[alarm]
        else:
            self.put(alarm, end_users)

    def largest(self) -> int:
        """Return the largest count of any alarm, 0 without alarms."""
        if len(self) <= _FEW:
            self._heap = None
            return max(self.values(), default=0)
        heap = self._heap
        if heap is None:
            heap = self._heap = [(-end_users, alarm) for alarm, end_users in self.items()]
            heapify(heap)
        while self.get(heap[0][1]) != -heap[0][0]:
            heappop(heap)
        return -heap[0][0]

    def copy(self) -> "Load":
        """Return an independent copy."""
        twin = Load()
        twin.update(self)
        return twin
