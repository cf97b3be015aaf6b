"""Moments: whole numbers that tell an instant from the time right after it.

A comparator `>` on a duration makes this needed: held for exactly 8 h is not yet more than 8 h, but
any time after it is. So the core counts in half microseconds: 2 x time_us is the instant itself,
2 x time_us + 1 is right after it (and right before the next microsecond).
"""


def at(time_us: int) -> int:
    """Return the moment of an instant."""
    return 2 * time_us


def just_after(time_us: int) -> int:
    """Return the moment after an instant, before any later one."""
    return 2 * time_us + 1


def just_before(time_us: int) -> int:
    """Return the moment before an instant, after any earlier one."""
    return 2 * time_us - 1


def time_of(moment: int) -> int:
    """Return the instant (microseconds) that a moment is at, or right after."""
    return moment >> 1
