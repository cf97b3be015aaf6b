"""The counts of an outage over time, kept longer than any single status says them.

A worker that takes over a partition begins the series of a status anew; what was read before it
stays here. The points are bounded: when there are too many, every second one goes.
"""

from collections.abc import Sequence
from typing import Final

from monitor.formats.instant import time_us
from monitor.messages.status import SeriesColumns

#: Seconds since 1970, cautious, literal.
Point = tuple[int, int, int]
MOST: Final = 120
_SECOND_US: Final = 1_000_000


def points_of(series: SeriesColumns) -> list[Point]:
    """Return the points of a status."""
    if series.since is None:
        return []
    since_s = time_us(series.since) // _SECOND_US
    columns = zip(series.after_seconds, series.cautious, series.literal, strict=False)
    return [(since_s + after_s, cautious, literal) for after_s, cautious, literal in columns]


def continued(known: Sequence[Point], said: Sequence[Point]) -> list[Point]:
    """Return what is known, up to where what is said now begins, and then what is said."""
    if not said:
        return list(known)
    points = [point for point in known if point[0] < said[0][0]] + list(said)
    while len(points) > MOST:
        points = [*points[:-1:2], points[-1]]
    return points
