"""Every deadline of nine years against a calendar written anew from the law, `almanac.py`.

Five workdays, 24 hours and the house limit of an hour are asked of the packaged steps, by
themselves and through the duties of outages: what is due when, and when it becomes overdue.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

import holidays
import pytest
from core.world import MINUTE_US, clear, event
from msgspec.structs import replace

from duties.almanac import (
    DAY,
    FIRST,
    HOUR_US,
    LAST,
    clock_changes,
    easter,
    end_of_workday_us,
    every_day,
    instant_us,
    is_workday,
    legal_holidays,
    shown,
)
from duties.desk import Desk
from monitor.core.duty import Step
from monitor.core.duty_state import Obligation
from monitor.core.event import Effect
from monitor.core.moment import at
from monitor.core.reading import Options
from monitor.core.step import Envelope, Tick
from monitor.packs.loading import load_law, load_packs
from monitor.packs.to_steps import core_calendar

LAW = load_law()
YEARS = range(FIRST, LAST + 1)
BREAK: Effect = ("interconnection", "x")
UNREACHABLE: Effect = ("emergency_number_unreachable", "112")
#: The edges of a day: its first instant, an evening, its last second, its last microsecond.
TIMES = (
    timedelta(), timedelta(hours=18, minutes=30), DAY - timedelta(seconds=1),
    DAY - timedelta(microseconds=1),
)  # fmt: skip


def _full(known_us: int) -> Step:
    found = LAW.steps.named("be.bipt.full_notification", known_us)
    assert found is not None
    return found


def _of(desk: Desk, key: str, step: str) -> Obligation:
    return next(o for o in desk.duties if o.outage_key == key and o.step == step)


def _hit(desk: Desk, key: str, effect: Effect, from_us: int, to_us: int) -> None:
    """Let something happen and end, each known at once; no end-user is hit."""
    begins = replace(event("raise", 0, outage_key=key, effects=(effect,)), time_us=from_us)
    ends = replace(clear(0, outage_key=key), time_us=to_us)
    for one in (begins, ends):
        desk.take(Envelope((one,), at(one.time_us)), one.time_us)


# -- the almanac itself


def test_the_almanac_has_the_published_dates() -> None:
    """Easter of the nine years, and the holidays that move in two of them, as they are printed."""
    printed = ("2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16", "2029-04-01",
               "2030-04-21", "2031-04-13", "2032-03-28")  # fmt: skip
    assert [easter(year).isoformat() for year in YEARS] == list(printed)
    assert {date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 25)} <= legal_holidays(2026)
    assert {date(2027, 3, 29), date(2027, 5, 6), date(2027, 5, 17)} <= legal_holidays(2027)


@pytest.mark.parametrize("year", YEARS)
def test_others_have_the_same_ten_holidays(year: int) -> None:
    """The library `holidays` has these, and the two Sundays on which nobody works anyway."""
    known = set(holidays.country_holidays("BE", years=[year]))
    assert known == legal_holidays(year) | {easter(year), easter(year) + 49 * DAY}


def test_the_pack_has_the_workdays_of_the_almanac() -> None:
    """Every day of nine years; the days of the communities and the bridges stay workdays."""
    (pack,) = (pack for pack in load_packs() if pack.policy == "be.bipt")
    calendar = core_calendar(pack.calendars["belgium"])
    for day in every_day():
        assert (calendar.why_free(day) is None) == is_workday(day), day
    communities = [date(2028, 7, 11), date(2027, 9, 27), date(2027, 11, 15)]
    assert all(map(is_workday, [*communities, easter(2026) - 2 * DAY, date(2026, 5, 15)]))


# -- five workdays


@pytest.mark.parametrize("of_day", TIMES, ids=str)
def test_five_workdays_from_every_day(of_day: timedelta) -> None:
    """From each day of nine years, at each edge of the day: the end of the fifth workday."""
    for day in every_day():
        known_us = instant_us(day, of_day)
        due_us = _full(known_us).deadline.due("crossing", known_us).at_us
        assert due_us == end_of_workday_us(known_us, 5), (day, of_day)
        assert (shown(due_us).hour, shown(due_us).minute) == (0, 0)
        assert 6 * DAY <= shown(due_us).date() - day <= 12 * DAY


@pytest.mark.parametrize("year", YEARS)
def test_five_workdays_of_outages_on_every_day(year: int) -> None:
    """Through the duties: an outage of each day, at one edge after the other."""
    desk, known = Desk(LAW, Options()), dict[str, int]()
    for number, day in enumerate(day for day in every_day() if day.year == year):
        key, known_us = f"BE/{day}", instant_us(day, TIMES[number % len(TIMES)])
        _hit(desk, key, BREAK, known_us, known_us)
        known[key] = known_us
    for key, known_us in known.items():
        full, brief = (
            _of(desk, key, f"be.bipt.{n}") for n in ("full_notification", "brief_notice")
        )
        assert full.due_us == end_of_workday_us(known_us, 5), key
        assert brief.due_us == known_us + HOUR_US, key
        assert full.since_us == brief.since_us == known_us


#: When something was known, and the day at the end of which it is due: counted by hand.
EDGES = [
    # a Friday evening; its last second; the Saturday, the Sunday, and the Monday at 00:00:00
    ("2024-09-06 18:30:00", "2024-09-13"), ("2024-09-06 23:59:59", "2024-09-13"),
    ("2024-09-07 00:00:00", "2024-09-13"), ("2024-09-08 23:59:59", "2024-09-13"),
    ("2024-09-09 00:00:00", "2024-09-16"),
    # the Thursday before Good Friday, which is a workday, and the day before Ascension
    ("2025-04-17 18:00:00", "2025-04-25"), ("2025-05-28 23:59:59", "2025-06-05"),
    # the Friday before Whit Monday
    ("2032-05-14 19:00:00", "2032-05-24"),
    # 31 December: a Tuesday, a Wednesday, a Friday and a Sunday
    ("2024-12-31 23:59:59", "2025-01-08"), ("2025-12-31 23:59:59", "2026-01-08"),
    ("2027-12-31 18:00:00", "2028-01-07"), ("2028-12-31 12:00:00", "2029-01-08"),
    # New Year's Day itself, on a Wednesday and on a Saturday
    ("2025-01-01 00:00:00", "2025-01-08"), ("2028-01-01 00:00:00", "2028-01-07"),
    # Christmas and New Year, both on a Thursday and then both on a Wednesday
    ("2025-12-24 09:00:00", "2026-01-02"), ("2030-12-24 09:00:00", "2031-01-02"),
    # clocks change on the Sunday; on that Sunday itself, before and after
    ("2026-03-27 18:00:00", "2026-04-03"), ("2026-03-29 01:59:59", "2026-04-03"),
    ("2026-03-29 03:00:00", "2026-04-03"), ("2026-10-25 02:30:00", "2026-10-30"),
    # 29 February counts
    ("2028-02-25 12:00:00", "2028-03-03"),
]  # fmt: skip


@pytest.mark.parametrize(("known", "last"), EDGES)
def test_it_is_overdue_the_microsecond_after_the_end(known: str, last: str) -> None:
    """At 24:00 of the fifth workday it is in time; a microsecond later it is not."""
    day, _, time_of_day = known.partition(" ")
    hours, minutes, seconds = map(int, time_of_day.split(":"))
    of_day = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    known_us = instant_us(date.fromisoformat(day), of_day)
    end_us = instant_us(date.fromisoformat(last) + DAY)
    assert end_us == end_of_workday_us(known_us, 5)
    desk = Desk(LAW, Options())
    _hit(desk, "BE/x", BREAK, known_us, known_us)
    for moment_us, state in ((end_us, "due"), (end_us + 1, "overdue")):
        desk.take(Tick(at(moment_us)), moment_us)
        assert _of(desk, "BE/x", "be.bipt.full_notification").state == state
    full = _of(desk, "BE/x", "be.bipt.full_notification")
    assert full.transitions[-1].at_us == full.due_us == end_us
    assert full.due_how.endswith(f"Due at the end of {last}.")


# -- hours


def _around_clock_changes() -> Iterator[int]:
    """Yield each half hour within 26 hours of each change, and the seconds at it."""
    for year, change in product(YEARS, (0, 1)):
        change_us = clock_changes(year)[change]
        yield from range(change_us - 26 * HOUR_US, change_us + 3 * HOUR_US, HOUR_US // 2)
        yield from (change_us - 1_000_000, change_us - 1, change_us + 1, change_us + 1_000_000)


def test_hours_are_hours_when_clocks_change() -> None:
    """House limits are an hour and the follow-up is 24 h, whatever clocks on the wall show."""
    desk, restored = Desk(LAW, Options()), dict[str, int]()
    for number, ends_us in enumerate(sorted(_around_clock_changes())):
        _hit(desk, f"AT/{number}", UNREACHABLE, ends_us - MINUTE_US, ends_us)
        restored[f"AT/{number}"] = ends_us
    for key, ends_us in restored.items():
        first, notice, holders, follow_up = (
            _of(desk, key, f"at.rtr.{name}").due_us
            for name in ("first_notice", "restoration_notice", "emergency_notice", "follow_up")
        )
        assert first == holders == ends_us - MINUTE_US + HOUR_US
        assert notice == ends_us + HOUR_US
        assert follow_up == ends_us + 24 * HOUR_US


@pytest.mark.parametrize("year", YEARS)
def test_24_hours_end_an_hour_off_when_clocks_change(year: int) -> None:
    """Restored at noon the day before: due at 13:00 in spring, and at 11:00 in autumn."""
    for change_us, hour in zip(clock_changes(year), (13, 11), strict=True):
        noon_us = instant_us(shown(change_us).date() - DAY, timedelta(hours=12))
        step = LAW.steps.named("at.rtr.follow_up", noon_us)
        assert step is not None
        due = shown(step.deadline.due("restoration", noon_us).at_us)
        assert (due.date(), due.hour, due.minute) == (shown(change_us).date(), hour, 0)


def test_the_follow_up_counts_from_the_restoration_and_not_from_a_workday() -> None:
    """Restored in the last second of a year, on a Friday: 24 h, on a Saturday and holiday."""
    ends_us = instant_us(date(2027, 12, 31), DAY - timedelta(seconds=1))
    desk = Desk(LAW, Options())
    _hit(desk, "AT/x", UNREACHABLE, ends_us - HOUR_US, ends_us)
    follow_up = _of(desk, "AT/x", "at.rtr.follow_up")
    assert shown(follow_up.due_us).isoformat() == "2028-01-01T23:59:59"
    for moment_us, state in ((follow_up.due_us, "due"), (follow_up.due_us + 1, "overdue")):
        desk.take(Tick(at(moment_us)), moment_us)
        assert _of(desk, "AT/x", "at.rtr.follow_up").state == state
