"""The small chart: bounded, true at its end, and steps in between."""

import random
from itertools import pairwise

import pytest
from core.world import START_US, clear, event, hit, users

from decide.desk import Desk
from monitor.decide.series import MOST, Series

SECOND_US = 1_000_000


def points(series: Series) -> list[tuple[int, int, int]]:
    """Return (seconds, cautious, literal) of each point."""
    columns = series.columns()
    return list(zip(columns.after_seconds, columns.cautious, columns.literal, strict=True))


def filled(*noted: tuple[float, int]) -> Series:
    """Return a series of (seconds, count)."""
    series = Series()
    for seconds, counted in noted:
        series.add(START_US + round(seconds * SECOND_US), counted, counted)
    return series


def test_without_points_there_is_no_time() -> None:
    """An empty series is empty columns."""
    assert Series().columns().since is None
    assert points(Series()) == []


def test_a_point_for_each_change() -> None:
    """Counts that stay as they were need none."""
    series = filled((0, 1), (5, 1), (9, 4))
    assert points(series) == [(0, 1, 1), (9, 4, 4)]
    assert series.columns().since == "2026-03-14T08:00:00Z"


def test_one_point_a_second() -> None:
    """The later count of one second counts."""
    assert points(filled((0, 1), (2.1, 5), (2.8, 6))) == [(0, 1, 1), (2, 6, 6)]


def test_what_an_earlier_end_undoes_falls() -> None:
    """A late clear: the outage was over before the last points."""
    assert points(filled((0, 1), (5, 2), (9, 3), (6, 0))) == [(0, 1, 1), (5, 2, 2), (6, 0, 0)]


@pytest.mark.parametrize("seed", range(20))
def test_it_is_bounded_and_spread(seed: int) -> None:
    """However long it goes on: at most so many, the newest true, none far from its neighbour."""
    rng = random.Random(seed)
    series, now_s = Series(), 0.0
    for n in range(3000):
        now_s += rng.choice((1, 1, 1, 2, 5))
        series.add(START_US + round(now_s * SECOND_US), n, 0)
        known = points(series)
        assert len(known) <= MOST
        assert known[0][1:] == (0, 0)
        assert known[-1][1:] == (n, 0)
    times = [time_s for time_s, _, _ in known]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert min(gaps[:-1]) > 0
    assert max(gaps) <= 4 * now_s / MOST
    assert len(known) >= MOST // 4


def test_a_status_carries_it() -> None:
    """Points are added as statuses are said; the end is the outage's own."""
    d = Desk()
    d.take(hit(90, 3), until=90)
    d.due(0.0)
    d.take(event("change", 91, users(5), users(4, "l")), until=91)
    d.due(1.0)
    d.take(clear(94), until=100)
    (ended,) = d.due(2.0)
    assert ended["series"] == {
        "since": "2026-03-14T09:30:00Z",
        "after_seconds": [0, 60, 240],
        "cautious": [3, 9, 9],
        "literal": [3, 9, 0],
    }
