"""Streams with seconds of disorder near a deadline and a threshold: where late events may wait."""

import random

from reference.reading import instant_text, instant_us

from monitor.core.reading import Reading
from properties.agreement import Case, Json

_SECOND_US = 1_000_000
_HOUR_US = 3_600 * _SECOND_US
_START_US = instant_us("2026-03-14T08:00:00Z")
#: (country, service, end-users of the first threshold, duration of that cell)
_EDGES = (
    ("BE", "fixed_internet", 25_000, _HOUR_US),
    ("BE", "mobile_telephony", 25_000, _HOUR_US),
    ("AT", "mobile_internet", 500_000, 0),
    ("AT", "fixed_internet", 130_000, 4 * _HOUR_US),
)


def storm(seed: int) -> Case:
    """Make a storm: an outage under way, then many alarms within a minute, some seconds late."""
    rng = random.Random(seed)
    country, service, end_users, wait_us = rng.choice(_EDGES)
    size = rng.randint(10, 60)
    share = end_users // rng.choice((2, 4, 10, size))
    begin_us = _START_US + wait_us - rng.randint(0, 40) * _SECOND_US
    lines = [_line("0", "raise", _START_US, country, [(service, "k-0", rng.randint(0, end_users))])]
    late_us = rng.choice((0, 2, 8)) * _SECOND_US
    arrivals = []
    for i in range(size):
        time_us = begin_us + rng.randint(0, 60) * _SECOND_US
        line = _step(rng, country, service, share, time_us)
        arrivals.append((time_us + (late_us if rng.random() < 0.4 else 0), i, line))
    lines += [line for _, _, line in sorted(arrivals, key=lambda a: a[:2])]
    gap_us = rng.choice((5, 30, 3_600, 3_600)) * _SECOND_US
    readings: tuple[Reading, ...] = ("cautious", "literal")
    reading = rng.choice(readings)
    return Case(seed, lines, [], reading, "group", gap_us, 400 * 24 * _HOUR_US)


def _step(rng: random.Random, country: str, service: str, share: int, time_us: int) -> Json:
    """Give one event of one of a few alarms."""
    action = rng.choice(("raise", "raise", "change", "clear"))
    hit = [(service, f"k-{rng.randint(1, 5)}", rng.randint(0, share))]
    if action == "clear" or rng.random() < 0.1:
        hit = []
    line = _line(str(rng.randint(0, 12)), action, time_us, country, hit)
    if rng.random() < 0.03:
        line["effects"] = [{"kind": "interconnection", "target": "ix-1"}]
    if rng.random() < 0.2:
        line["sequence"] = rng.randint(0, 2)
    return line


def _line(
    alarm: str, action: str, time_us: int, country: str, hit: list[tuple[str, str, int]]
) -> Json:
    return {
        "source": "oss",
        "alarm_id": alarm,
        "action": action,
        "event_time": instant_text(time_us),
        "element": "el",
        "country": country,
        "impact": [{"service": s, "area": k, "end_users": n} for s, k, n in hit] or None,
    }
