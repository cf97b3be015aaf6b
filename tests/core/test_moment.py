"""Moments: the instant, and the time right before and after it."""

from monitor.core.moment import at, just_after, just_before, time_of


def test_moments_lie_in_order() -> None:
    """Before, at and after an instant come one after the other; the next instant comes later."""
    assert just_before(7) < at(7) < just_after(7) < at(8)
    assert just_after(7) == just_before(8)


def test_the_instant_of_a_moment() -> None:
    """A moment right after an instant belongs to it; so it is also before 1970."""
    for time_us in (-2, -1, 0, 1, 1_773_475_200_000_000):
        assert time_of(at(time_us)) == time_of(just_after(time_us)) == time_us
        assert time_of(just_before(time_us)) == time_us - 1
