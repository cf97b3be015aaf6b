"""The counts of one outage over time, for a small chart: a bounded number of points."""

from array import array
from typing import Final

from monitor.core.written import time_text
from monitor.messages.status import SeriesColumns

#: So many points at most; then the spacing doubles until some can go.
MOST: Final = 60
_SECOND_US: Final = 1_000_000
_WIDTH: Final = 3


class Series:
    """Points (time, cautious, literal); between two of them the counts stayed as they were.

    The newest point is always kept, and of the others those that are `_spacing_s` apart.
    """

    __slots__ = ("_points", "_spacing_s")

    def __init__(self) -> None:
        """Start without points."""
        # Flat and of machine integers: thousands of outages have one.
        self._points = array("q")
        self._spacing_s = 1

    def add(self, time_us: int, cautious: int, literal: int) -> None:
        """Note the counts as of a time; what was noted for this time or later falls."""
        points, time_s = self._points, time_us // _SECOND_US
        while points and points[-_WIDTH] >= time_s:
            del points[-_WIDTH:]
        if points[1 - _WIDTH :].tolist() == [cautious, literal]:
            return
        if len(points) > _WIDTH and points[-_WIDTH] - points[-2 * _WIDTH] < self._spacing_s:
            del points[-_WIDTH:]
        points.extend((time_s, cautious, literal))
        while len(self._points) > _WIDTH * MOST:
            self._thin()

    def _thin(self) -> None:
        self._spacing_s *= 2
        points = self._points
        kept = points[:_WIDTH]
        for place in range(_WIDTH, len(points) - _WIDTH, _WIDTH):
            if points[place] - kept[-_WIDTH] >= self._spacing_s:
                kept.extend(points[place : place + _WIDTH])
        kept.extend(points[-_WIDTH:])
        self._points = kept

    def columns(self) -> SeriesColumns:
        """Return the points as they are published."""
        points = self._points
        if not points:
            return SeriesColumns()
        first_s = points[0]
        return SeriesColumns(
            time_text(first_s * _SECOND_US),
            [time_s - first_s for time_s in points[::_WIDTH]],
            points[1::_WIDTH].tolist(),
            points[2::_WIDTH].tolist(),
        )
