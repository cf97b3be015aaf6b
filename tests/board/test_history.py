"""The chart goes on over a change of workers, and stays small."""

from monitor.board.history import MOST, continued, points_of
from monitor.messages.status import SeriesColumns


def test_a_new_worker_begins_anew_and_the_chart_does_not() -> None:
    """What was read before the new beginning stays; what is said anew takes its own place."""
    known = [(0, 1, 1), (10, 2, 2), (20, 3, 3)]
    assert continued(known, [(20, 4, 4), (30, 5, 5)]) == [*known[:2], (20, 4, 4), (30, 5, 5)]


def test_points_are_bounded_and_the_newest_stays() -> None:
    """However long it lasts."""
    points: list[tuple[int, int, int]] = []
    for second in range(10 * MOST):
        points = continued(points, [(second, second, 0)])
    assert len(points) <= MOST
    assert points[0][0] == 0
    assert points[-1][0] == 10 * MOST - 1


def test_a_status_without_points_has_none() -> None:
    """And takes none away."""
    assert points_of(SeriesColumns()) == []
    assert continued([(1, 2, 3)], []) == [(1, 2, 3)]
