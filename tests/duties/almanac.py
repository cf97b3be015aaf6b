"""The calendar as the law has it, written down a second time and in another way.

Nothing here is taken from the product, from a library of holidays or from the data base of time
zones. Easter: the rule of the Gregorian reform, the Sunday after the full moon that the epact
gives. Holidays: the ten of the Belgian act. Clocks: Directive 2000/84/EC, summer time from the last
Sunday of March to the last Sunday of October, from and to 01:00 GMT; Brussels and Vienna are an
hour ahead of GMT in winter. Instants are microseconds since 1970.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache

DAY = timedelta(days=1)
HOUR_US = 3_600_000_000
FIRST, LAST = 2024, 2032
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall clocks here have no zone: that is the point


@cache
def easter(year: int) -> date:
    """Return the Sunday after the first ecclesiastical full moon from 21 March on."""
    golden, century = year % 19 + 1, year // 100 + 1
    sun = 3 * century // 4 - 12
    moon = (8 * century + 5) // 25 - 5
    epact = (11 * golden + 20 + moon - sun) % 30
    if epact == 24 or (epact == 25 and golden > 11):
        epact += 1
    after_28_february = 44 - epact
    if after_28_february < 21:
        after_28_february += 30
    full_moon = date(year, 3, 1) + (after_28_february - 1) * DAY
    return next(day for day in days(full_moon + DAY) if day.weekday() == 6)


@cache
def legal_holidays(year: int) -> frozenset[date]:
    """Return the ten legal holidays of Belgium."""
    fixed = ((1, 1), (5, 1), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25))
    sunday = easter(year)
    ascension_thursday = sunday + 4 * DAY + 5 * 7 * DAY
    by_easter = (sunday + DAY, ascension_thursday, sunday + 7 * 7 * DAY + DAY)
    return frozenset({*(date(year, month, day) for month, day in fixed), *by_easter})


def is_workday(day: date) -> bool:
    """Whether a day is neither in the weekend nor a legal holiday."""
    return day.isoweekday() <= 5 and day not in legal_holidays(day.year)


def workday_after(day: date, number: int) -> date:
    """Return the workday of this number after a day, which does not count itself."""
    found = day
    for _ in range(number):
        found = next(later for later in days(found + DAY) if is_workday(later))
    return found


def days(first: date) -> Iterator[date]:
    """Yield a day and all after it."""
    while True:
        yield first
        first += DAY


def every_day() -> list[date]:
    """Return each day of the years that are looked at."""
    length = (date(LAST, 12, 31) - date(FIRST, 1, 1)).days + 1
    return [date(FIRST, 1, 1) + number * DAY for number in range(length)]


# -- clocks


def clock_changes(year: int) -> tuple[int, int]:
    """Return the instants from and to which summer time holds."""
    spring, autumn = _last_sunday(year, 3), _last_sunday(year, 10)
    return _gmt_us(spring) + HOUR_US, _gmt_us(autumn) + HOUR_US


def instant_us(day: date, of_day: timedelta = timedelta()) -> int:
    """Return the instant at which clocks on the wall first show a time of a day."""
    shown_us = _gmt_us(day) + of_day // timedelta(microseconds=1)
    begins_us, ends_us = clock_changes(day.year)
    summer_us = shown_us - 2 * HOUR_US
    return summer_us if begins_us <= summer_us < ends_us else shown_us - HOUR_US


def shown(us: int) -> datetime:
    """Return what clocks on the wall show at an instant."""
    gmt = _EPOCH + timedelta(microseconds=us)
    begins_us, ends_us = clock_changes(gmt.year)
    return gmt + timedelta(hours=2 if begins_us <= us < ends_us else 1)


def end_of_workday_us(known_us: int, number: int) -> int:
    """Return when a period of workdays ends that begins the day after something was known."""
    return instant_us(workday_after(shown(known_us).date(), number) + DAY)


def _last_sunday(year: int, month: int) -> date:
    return max(date(year, month, n) for n in range(1, 32) if date(year, month, n).weekday() == 6)


def _gmt_us(day: date) -> int:
    return (datetime(day.year, day.month, day.day) - _EPOCH) // timedelta(microseconds=1)  # noqa: DTZ001 - GMT
