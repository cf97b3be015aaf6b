"""The alarms of a bench: 5,000 outages, native alarms of about 560 bytes and 20 fields, by a seed.

First each outage opens, an hour before the storm, so that deadlines fall due in it; then the storm:
raises, changes and clears at a thousand a second of their own time.
"""

import json
import random
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

from monitor.core.written import time_text

OUTAGES: Final = 5_000
ELEMENTS_PER_OUTAGE: Final = 4
_HOUR_US: Final = 3_600_000_000
#: Between two alarms, in their own time.
_STEP_US: Final = 1_000
#: Of the storm: alarms that are new; of the others that are active, those that are cleared.
_NEW: Final = 0.6
_CLEARS: Final = 0.5
_CAUSES: Final = (
    "lossOfSignal",
    "powerProblem",
    "equipmentMalfunction",
    "communicationsSubsystemFailure",
)
_FIXED: Final = ("fixed_internet", "fixed_telephony")
_MOBILE: Final = ("mobile_internet", "mobile_telephony")


class Alarm(NamedTuple):
    """One alarm record: an alarm stays on one partition, as its source would have it."""

    number: int
    time_us: int
    value: bytes


def inventory(outages: int = OUTAGES) -> Iterator[tuple[bytes, bytes]]:
    """Yield the key and the record of every element."""
    rng = random.Random(7)
    for group in range(outages):
        for place in range(ELEMENTS_PER_OUTAGE):
            yield _element(group, place, rng)


def _element(group: int, place: int, rng: random.Random) -> tuple[bytes, bytes]:
    """One outage in twenty can reach the 25,000 end-users that have to be notified."""
    most = 12_000 if group % 20 == 0 else 900
    services = _MOBILE if place == 0 else _FIXED
    name = f"{'bts' if place == 0 else 'olt'}-{group:05d}-{place}"
    area = f"BE-{1000 + group % 9000:04d}-{place:02d}"
    fields = {
        "element": name,
        "country": "BE",
        "group": f"agg-{group:05d}",
        "critical_component": False,
        "interconnection": None,
        "serves": [
            {"service": service, "area": area, "end_users": rng.randint(most // 2, most)}
            for service in services
        ],
        "emergency_numbers": [],
        "psap": None,
    }
    return name.encode(), _written(fields)


class Storm:
    """Alarms in the order of their time; the same seed and start give the same bytes."""

    def __init__(
        self,
        start_us: int,
        *,
        outages: int = OUTAGES,
        step_us: int = _STEP_US,
        opened_before_us: int = _HOUR_US,
    ) -> None:
        """Let the storm begin at a time, with so long between two alarms."""
        self._start_us = start_us
        self._outages = outages
        self._step_us = step_us
        self._opened_before_us = opened_before_us
        self._rng = random.Random(1)
        #: of each alarm its outage, the place of its element, and whether it is active
        self._alarms: list[tuple[int, int]] = []
        self._active: list[bool] = []

    def alarms(self, count: int) -> Iterator[Alarm]:
        """Yield so many alarms."""
        return islice(self._all(), count)

    def _all(self) -> Iterator[Alarm]:
        time_us = self._start_us - self._opened_before_us
        for group in range(self._outages):
            # One after the other, so that their hours end one after the other.
            yield self._raise(group, time_us)
            time_us += self._step_us
        time_us = self._start_us
        while True:
            yield self._more(time_us)
            time_us += self._step_us

    def _more(self, time_us: int) -> Alarm:
        """Three of five are new alarms, the others change or clear one that there is."""
        rng = self._rng
        if rng.random() < _NEW:
            return self._raise(rng.randrange(self._outages), time_us)
        number = rng.randrange(len(self._alarms))
        if not self._active[number]:
            self._active[number] = True
            return self._line(number, "raise", time_us)
        # The first alarm of an outage stays, so that its hour comes.
        clears = number >= self._outages and rng.random() < _CLEARS
        self._active[number] = not clears
        return self._line(number, "clear" if clears else "change", time_us)

    def _raise(self, group: int, time_us: int) -> Alarm:
        self._alarms.append((group, self._rng.randrange(ELEMENTS_PER_OUTAGE)))
        self._active.append(True)
        return self._line(len(self._alarms) - 1, "raise", time_us)

    def _line(self, number: int, action: str, time_us: int) -> Alarm:
        group, place = self._alarms[number]
        rng = self._rng
        element = f"{'bts' if place == 0 else 'olt'}-{group:05d}-{place}"
        # Every third alarm says itself who is hit; of the others the inventory knows.
        impact = None
        if number % 3 == 0 and action != "clear":
            service = rng.choice(_MOBILE if place == 0 else _FIXED)
            area = f"BE-{1000 + group % 9000:04d}-{place:02d}"
            impact = [{"service": service, "area": area, "end_users": rng.randint(1, 900)}]
        fields = {
            "source": f"oss-be-{number % 3}",
            "alarm_id": f"{number:09d}",
            "action": action,
            "event_time": time_text(time_us),
            "sequence": 0,
            "element": element,
            "country": "BE",
            "incident": None,
            "severity": rng.choice(("critical", "major", "minor")),
            "probable_cause": rng.choice(_CAUSES),
            "planned": False,
            "impact": impact,
            "effects": None,
            "notification_id": 100_000_000 + number,
            "event_type": "communicationsAlarm",
            "specific_problem": "LOS on PON port, no light received",
            "managed_object": f"subnetwork=BE/group=agg-{group:05d}/element={element}",
            "vendor": "acme-networks",
            "correlated_notifications": [],
            "additional_text": f"shelf {number % 8} slot {number % 16} port {number % 64}",
        }
        return Alarm(number, time_us, _written(fields))


def _written(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode()
