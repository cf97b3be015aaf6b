"""Which days are workdays: those that are neither in the weekend nor a legal holiday.

Holidays are named by month and day, or by how many days they lie after Easter Sunday; so a calendar
knows every year, and needs no list that ends.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from msgspec import Struct

_DAY = timedelta(days=1)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Calendar(Struct, frozen=True):
    """The workdays of a country."""

    #: numbers of weekdays, Monday being 0
    weekend: frozenset[int]
    #: (name, month, day)
    fixed: tuple[tuple[str, int, int], ...]
    #: (name, days after Easter Sunday)
    by_easter: tuple[tuple[str, int], ...]

    def why_free(self, day: date) -> str | None:
        """Return the name of the holiday or of the day of the weekend; None for a workday."""
        for name, month, number in self.fixed:
            if (day.month, day.day) == (month, number):
                return name
        after = (day - easter_sunday(day.year)).days
        for name, days in self.by_easter:
            if after == days:
                return name
        weekday = day.weekday()
        return _WEEKDAYS[weekday] if weekday in self.weekend else None

    def days_after(self, day: date) -> Iterator[tuple[date, str | None]]:
        """Yield the days after a day without end, each with why it is free, if it is."""
        while True:
            day += _DAY
            yield day, self.why_free(day)


def easter_sunday(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar."""
    golden = year % 19
    century, in_century = divmod(year, 100)
    leaps, rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    full_moon = (19 * golden + century - leaps - correction + 15) % 30
    weekday = (32 + 2 * rest + 2 * (in_century // 4) - full_moon - in_century % 4) % 7
    late = (golden + 11 * full_moon + 22 * weekday) // 451
    month, day = divmod(full_moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
