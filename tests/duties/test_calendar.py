"""The calendar knows Easter and the legal holidays, checked against other people's lists."""

from datetime import date, timedelta

import holidays
import pytest
from dateutil.easter import easter  # type: ignore[import-untyped]  # it ships no types

from monitor.core.calendar import Calendar, easter_sunday
from monitor.packs.loading import load_packs
from monitor.packs.to_steps import core_calendar

BELGIUM = core_calendar(
    next(pack for pack in load_packs() if pack.policy == "be.bipt").calendars["belgium"]
)
DAY = timedelta(days=1)


def test_easter_is_easter() -> None:
    """Easter Sunday of every year of the Gregorian calendar that has one is as others have it."""
    years = range(1583, 4100)
    assert [easter_sunday(year) for year in years] == [easter(year) for year in years]


def test_the_holidays_of_belgium_are_those_of_a_calendar_made_by_others() -> None:
    """From 1975 to 2100, every working day of the week is free exactly when it is there.

    Left out are Sundays, on which that list has Easter and Whit Sunday, too.
    """
    known = holidays.country_holidays("BE", years=range(1975, 2101))
    day = date(1975, 1, 1)
    while day < date(2101, 1, 1):
        if day.weekday() != 6:
            free = day in known or day.weekday() == 5
            assert (BELGIUM.why_free(day) is not None) == free, day
        day += DAY


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2026-04-06", "Easter Monday"), ("2026-05-14", "Ascension Day"),
        ("2026-05-25", "Whit Monday"), ("2027-03-29", "Easter Monday"),
        ("2027-05-06", "Ascension Day"), ("2027-05-17", "Whit Monday"),
        ("2026-01-01", "New Year's Day"), ("2026-07-21", "National Day"),
        ("2026-08-15", "Assumption Day"), ("2026-04-05", "Sunday"), ("2026-04-04", "Saturday"),
    ],
)  # fmt: skip
def test_a_free_day_has_a_name(day: str, name: str) -> None:
    """The holidays that fall on other days each year, and one that falls on a Saturday."""
    assert BELGIUM.why_free(date.fromisoformat(day)) == name


@pytest.mark.parametrize("day", ["2028-07-11", "2027-09-27", "2027-11-15", "2026-04-03"])
def test_days_of_the_communities_are_workdays(day: str) -> None:
    """11 July, 27 September, 15 November and Good Friday are workdays."""
    assert BELGIUM.why_free(date.fromisoformat(day)) is None


def test_a_week_may_end_on_other_days() -> None:
    """The weekend is what the pack says."""
    calendar = Calendar(frozenset({4}), (), (("Good Friday", -2),))
    assert calendar.why_free(date(2026, 3, 13)) == "Friday"
    assert calendar.why_free(date(2026, 3, 14)) is None
    assert calendar.why_free(date(2026, 4, 3)) == "Good Friday"
