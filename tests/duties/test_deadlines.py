"""Deadlines at their edges, and against a calendar that was made by others."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest

from monitor.core.calendar import Calendar
from monitor.core.duty import Step, Within, WithoutDelay, Workdays
from monitor.packs.loading import load_law

STEPS = load_law(designations=["be.nis.operator_of_essential_services"]).steps
NOW_US = 1_800_000_000_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BRUSSELS = ZoneInfo("Europe/Brussels")
KNOWN = holidays.country_holidays("BE", years=range(2019, 2062))


def _step(name: str) -> Step:
    found = STEPS.named(name, NOW_US)
    assert found is not None
    return found


def _us(text: str) -> int:
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


def _due(name: str, basis: str) -> datetime:
    wanted = _step(name)
    due_us = wanted.deadline.due(wanted.after, _us(basis)).at_us
    return EPOCH + timedelta(microseconds=due_us)


@pytest.mark.parametrize(
    ("detected", "due"),
    [
        # a Friday evening, the last second of it, and the first of the Saturday
        ("2026-03-13T19:00:00+01:00", "2026-03-20"), ("2026-03-13T23:59:59+01:00", "2026-03-20"),
        ("2026-03-14T00:00:00+01:00", "2026-03-20"), ("2026-03-15T23:59:59+01:00", "2026-03-20"),
        # 00:00:00 of a Monday is Monday, in Brussels and not in Greenwich
        ("2026-03-16T00:00:00+01:00", "2026-03-23"), ("2026-03-15T23:00:00+00:00", "2026-03-23"),
        ("2026-03-15T22:59:59.999999+00:00", "2026-03-20"),
        # before Easter
        ("2026-04-02T09:00:00+02:00", "2026-04-10"), ("2026-04-03T18:30:00+02:00", "2026-04-13"),
        ("2027-03-25T12:00:00+01:00", "2027-04-02"),
        # Ascension and Whit Monday
        ("2026-05-13T12:00:00+02:00", "2026-05-21"), ("2026-05-22T12:00:00+02:00", "2026-06-01"),
        # the end of the year
        ("2026-12-31T23:59:59+01:00", "2027-01-08"), ("2027-12-31T10:00:00+01:00", "2028-01-07"),
        ("2024-12-24T10:00:00+01:00", "2025-01-02"),
        # clocks change on a Sunday within it, in both directions
        ("2026-03-27T12:00:00+01:00", "2026-04-03"), ("2026-10-23T12:00:00+02:00", "2026-10-30"),
        # 21 July and 11 November fall into it, 15 August is a Saturday
        ("2026-07-17T12:00:00+02:00", "2026-07-27"), ("2026-11-09T12:00:00+01:00", "2026-11-17"),
        ("2026-08-13T12:00:00+02:00", "2026-08-20"),
    ],
)  # fmt: skip
def test_five_workdays(detected: str, due: str) -> None:
    """The full notification is due at the end of the fifth workday after the day of detection."""
    end = datetime.combine(date.fromisoformat(due), datetime.min.time(), BRUSSELS)
    assert _due("be.bipt.full_notification", detected) == (end + timedelta(days=1)).astimezone(UTC)


def test_workdays_agree_with_a_calendar_made_by_others() -> None:
    """For random instants of four decades, counting day by day with other people's list."""
    rng = random.Random(3)
    wanted = _step("be.bipt.full_notification")
    for _ in range(5000):
        basis = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=rng.randrange(40 * 31_536_000))
        day, left = basis.astimezone(BRUSSELS).date(), 5
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < 5 and day not in KNOWN
        midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), BRUSSELS)
        due = wanted.deadline.due("crossing", (basis - EPOCH) // timedelta(microseconds=1))
        assert EPOCH + timedelta(microseconds=due.at_us) == midnight.astimezone(UTC), basis
        assert due.how.endswith(f"Due at the end of {day}.")


@pytest.mark.parametrize("step", [step for step in STEPS.all if step.in_force(NOW_US)],
                         ids=lambda step: step.step)  # fmt: skip
@pytest.mark.parametrize(
    "basis",
    ["2026-03-29T01:59:59+01:00", "2026-10-25T02:30:00+02:00", "2026-12-31T23:59:59.999999+01:00",
     "2026-06-01T00:00:00+02:00"],
)  # fmt: skip
def test_hours_are_hours(step: Step, basis: str) -> None:
    """What is counted in hours is so on the nights on which clocks change, and over the year."""
    if not isinstance(step.deadline, Workdays):
        hours = 24 if isinstance(step.deadline, Within) else 1
        assert _due(step.step, basis) - datetime.fromisoformat(basis) == timedelta(hours=hours)


def test_the_sentence_says_how_it_was_computed() -> None:
    """Each sentence names what it counts from; a house limit is called ours."""
    wanted = _step("be.bipt.full_notification")
    assert wanted.deadline.due("crossing", _us("2026-04-03T18:30:00+02:00")).how == (
        "Within 5 workdays, counted from the day after 2026-04-03 (Europe/Brussels), when it was "
        "detected; not counted: 2026-04-04 (Saturday), 2026-04-05 (Sunday), 2026-04-06 "
        "(Easter Monday), 2026-04-11 (Saturday), 2026-04-12 (Sunday). Due at the end of 2026-04-13."
    )
    basis_us = _us("2026-04-03T16:30:00+00:00")
    assert _step("at.rtr.restoration_notice").deadline.due("restoration", basis_us).how == (
        "Without delay; the limit of PT1H is ours, the law names none. "
        "Counted from 2026-04-03T16:30:00Z, when the restoration was known."
    )
    assert _step("at.rtr.follow_up").deadline.due("restoration", basis_us).how == (
        "Within PT24H, counted from 2026-04-03T16:30:00Z, when the outage was restored."
    )


def test_a_day_may_begin_when_clocks_change() -> None:
    """Where midnight does not exist or exists twice, the day before ends at its first instant."""
    every_day = Calendar(frozenset(), (), ())
    beirut = Workdays(1, every_day, ZoneInfo("Asia/Beirut"))  # 00:00 becomes 01:00
    found = beirut.due("crossing", _us("2024-03-29T12:00:00+02:00")).at_us
    assert found == _us("2024-03-31T00:00:00+02:00")
    havana = Workdays(1, every_day, ZoneInfo("America/Havana"))  # 01:00 becomes 00:00
    found = havana.due("crossing", _us("2024-11-01T12:00:00-04:00")).at_us
    assert found == _us("2024-11-03T00:00:00-04:00")


def test_without_delay_has_a_limit() -> None:
    """The limit counts from the basis to the microsecond."""
    assert WithoutDelay(60).due("crossing", 7).at_us == 67
