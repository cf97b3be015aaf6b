"""Good alarms at the edges of a rule: what must be notified follows from how they are made.

Each outage is a group of its own, hit from one moment to another: enough or one too few end-users,
for exactly long enough or a second less. So the answer needs no other program.
"""

import heapq
import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from monitor.core.written import time_text

ENOUGH: Final = 25_000
LONG_US: Final = 3_600_000_000
_SECOND_US: Final = 1_000_000
_RULE: Final = "be.bipt.users"
#: (end-users at first, end-users one alarm more adds, after how long, ends after): the edges
_EDGES: Final = (
    (ENOUGH, 0, 0, LONG_US),
    (ENOUGH - 1, 0, 0, 2 * LONG_US),
    (ENOUGH, 0, 0, LONG_US - _SECOND_US),
    (ENOUGH - 1, 1, LONG_US + LONG_US // 2, 2 * LONG_US),
)

Crossing = tuple[str, str, str]


class Alarm(NamedTuple):
    """One alarm event, and what keeps it on one partition."""

    time_us: int
    key: bytes
    line: bytes


class Good(NamedTuple):
    """So many outages of so many alarms, that begin one after the other within two hours."""

    outages: int
    alarms_each: int
    start_us: int

    def alarms(self) -> Iterator[Alarm]:
        """Yield every event in the order of event time."""
        return heapq.merge(*(self._outage(n) for n in range(self.outages)))

    @property
    def events(self) -> int:
        """Return how many events there are: a raise, a change and a clear for each alarm."""
        later = sum(1 for n in range(self.outages) if _EDGES[n % len(_EDGES)][1])
        return 3 * (self.outages * self.alarms_each + later)

    def crossings(self) -> set[Crossing]:
        """Return (outage key, rule, crossed_at) of what must be notified."""
        found = set()
        for number in range(self.outages):
            first, more, more_after_us, lasts_us = _EDGES[number % len(_EDGES)]
            if first + more >= ENOUGH and lasts_us >= LONG_US:
                at_us = self._begins_us(number) + max(LONG_US, more_after_us)
                found.add((f"BE/group-{number}", _RULE, time_text(at_us)))
        return found

    def _begins_us(self, number: int) -> int:
        return self.start_us + number * (2 * LONG_US // self.outages) // _SECOND_US * _SECOND_US

    def _outage(self, number: int) -> Iterator[Alarm]:
        first, more, more_after_us, lasts_us = _EDGES[number % len(_EDGES)]
        share, rest = divmod(first, self.alarms_each)
        users = [share + (n < rest) for n in range(self.alarms_each)]
        begins_us = self._begins_us(number)
        lives = [(begins_us, n, hit) for n, hit in enumerate(users)]
        if more:
            lives.append((begins_us + more_after_us, self.alarms_each, more))
        ends_us = begins_us + lasts_us
        for action in ("raise", "change", "clear"):
            for from_us, n, hit in lives:
                at_us = {"raise": from_us, "clear": ends_us}.get(action, (from_us + ends_us) // 2)
                yield _alarm(number, n, action, at_us, hit)


def _alarm(number: int, n: int, action: str, at_us: int, hit: int) -> Alarm:
    alarm_id = f"{number}-{n}"
    return Alarm(at_us, alarm_id.encode(), line(alarm_id, action, at_us, f"group-{number}", hit))


def line(
    alarm_id: str, action: str, at_us: int, element: str, hit: int, /, **changes: object
) -> bytes:
    """Return an alarm of about as many fields and bytes as a management system writes."""
    fields: dict[str, Any] = {
        "source": "oss-be-1", "alarm_id": alarm_id, "action": action,
        "event_time": time_text(at_us), "element": element, "country": "BE", "incident": None,
        "severity": "critical", "probable_cause": "lossOfSignal", "planned": False,
        "impact": [{"service": "fixed_internet", "area": f"BE-{alarm_id}", "end_users": hit}],
        "vendor": "acme", "site": "ANR-4", "rack": 7, "slot": 12, "port": 3, "trail": "x" * 120,
        "specific_problem": "LOS on PON port", "operator_text": "", "backed_up": True,
    }  # fmt: skip
    return json.dumps(fields | changes).encode()
