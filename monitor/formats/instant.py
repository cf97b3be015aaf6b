"""RFC 3339 text to microseconds since 1970."""

import re
from datetime import date
from functools import lru_cache

_FORM = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII
)
_EPOCH_DAYS = date(1970, 1, 1).toordinal()
_DAY_US = 86_400_000_000
#: the years that can be written again with four digits
_FIRST_US = (date.min.toordinal() - _EPOCH_DAYS) * _DAY_US
_LAST_US = (date.max.toordinal() + 1 - _EPOCH_DAYS) * _DAY_US - 1


def time_us(text: str) -> int:
    """Return microseconds since 1970-01-01T00:00:00Z; digits beyond microseconds are cut off.

    Raises ValueError with a sentence for text that is not RFC 3339 with an offset (RFC 3339 s.5.6).
    """
    match = _FORM.fullmatch(text)
    if match is None:
        message = "expected RFC 3339 with an offset, for example 2026-03-14T08:12:05Z"
        raise ValueError(message)
    day, hour, minute, second, fraction, sign, *offset = match.groups()
    clock_us = _clock_us(int(hour), int(minute), int(second))
    instant_us = _day_us(day) + clock_us + (int(fraction[:6].ljust(6, "0")) if fraction else 0)
    if sign:
        shift_us = _clock_us(int(offset[0]), int(offset[1]), 0)
        instant_us += -shift_us if sign == "+" else shift_us
    if not _FIRST_US <= instant_us <= _LAST_US:
        message = "the year is outside 0001 to 9999"
        raise ValueError(message)
    return instant_us


def _clock_us(hour: int, minute: int, second: int) -> int:
    if hour > 23 or minute > 59 or second > 59:  # noqa: PLR2004 - the last of each
        message = "hours end at 23, minutes and seconds at 59"
        raise ValueError(message)
    return ((hour * 60 + minute) * 60 + second) * 1_000_000


@lru_cache(maxsize=4096)
def _day_us(day: str) -> int:
    try:
        return (date.fromisoformat(day).toordinal() - _EPOCH_DAYS) * _DAY_US
    except ValueError as error:
        message = f"there is no day {day}"
        raise ValueError(message) from error
