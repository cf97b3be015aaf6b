"""The generated streams."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from monitor.core.written import time_text
from monitor.formats.instant import time_us
from monitor.formats.native import read_alarm
from monitor.simulate.scenarios import SCENARIOS

from .lines import START_US, crossings, line, stream

MINUTE_US = 60_000_000
EVERY = pytest.mark.parametrize("scenario", SCENARIOS)


def times(events: list[dict[str, Any]]) -> list[int]:
    """Return the times of events, in order of arrival."""
    return [time_us(event["event_time"]) for event in events]


@EVERY
def test_every_line_is_read(scenario: str) -> None:
    """The native reader takes every generated event, whole."""
    for event in stream(scenario, alarms=300):
        alarm, reject = read_alarm(line(event))
        assert alarm is not None
        assert reject is None


@EVERY
def test_same_seed_same_bytes(scenario: str) -> None:
    """A seed gives the same lines each time, and another seed gives others."""
    first = list(map(line, stream(scenario, alarms=300)))
    assert list(map(line, stream(scenario, alarms=300))) == first
    assert list(map(line, stream(scenario, seed=2, alarms=300))) != first


@EVERY
def test_sources_disagree_by_seconds_only(scenario: str) -> None:
    """But for repeats, an event is never more than seconds behind those that came before it."""
    latest_us, seen = START_US, set()
    for event in stream(scenario):
        text = line(event)
        event_us = time_us(event["event_time"])
        if event_us >= START_US and text not in seen:
            assert latest_us - event_us < 5_000_000
            latest_us = max(latest_us, event_us)
        seen.add(text)


@EVERY
def test_an_alarm_keeps_its_order(scenario: str) -> None:
    """Events of one alarm arrive in order of time, a raise first; repeats apart."""
    alarms: dict[str, list[dict[str, Any]]] = {}
    for event in stream(scenario):
        history = alarms.setdefault(event["alarm_id"], [])
        if event not in history:
            history.append(event)
    for history in alarms.values():
        assert history[0]["action"] == "raise"
        assert times(history) == sorted(times(history))
        assert len({event["source"] for event in history}) == 1


@EVERY
def test_number_of_alarms(scenario: str) -> None:
    """There are as many different alarms as the scenario says, or as were asked for."""
    ids = {event["alarm_id"] for event in stream(scenario)}
    assert len(ids) == SCENARIOS[scenario].alarms
    assert len({event["alarm_id"] for event in stream(scenario, alarms=500)}) == 500


def test_storm_is_thousands_within_minutes() -> None:
    """At its height a storm raises more than 2,000 alarms within five minutes."""
    raised = sorted(times([e for e in stream("storm") if e["action"] == "raise"]))
    assert max(sum(t <= u < t + 5 * MINUTE_US for u in raised) for t in raised[::50]) > 2000


def test_storm_has_everything() -> None:
    """A storm has changes, clears, exact repeats, all severities, and sources out of order."""
    events = stream("storm")
    lines = list(map(line, events))
    assert {event["action"] for event in events} == {"raise", "change", "clear"}
    assert len(set(lines)) < len(lines)
    severities = {event.get("severity") for event in events}
    assert severities >= {"critical", "major", "minor", "warning", "indeterminate"}
    assert any(late < early for early, late in pairwise(times(events)))


@pytest.mark.parametrize("seed", range(1, 5))
def test_quiet_day_is_quiet(seed: int, tmp_path: Path) -> None:
    """On a quiet day people are hit, and nothing has to be notified."""
    events = stream("quiet", seed)
    assert any(entry["end_users"] for e in events for entry in e.get("impact") or ())
    assert crossings(events, tmp_path, seed) == []


@pytest.mark.parametrize("scenario", ["storm", "flapping", "rolling", "national"])
def test_both_countries_are_notified(scenario: str, tmp_path: Path) -> None:
    """Each of the large scenarios crosses a rule for end-users in both countries."""
    found = crossings(stream(scenario), tmp_path)
    rules = {rule for _, _, rule, *_ in found}
    assert "be.bipt.users" in rules
    assert rules & {"at.rtr.mobile_internet", "at.rtr.mobile_telephony"}


def test_emergency_alone(tmp_path: Path) -> None:
    """When only emergency calls fail, only effects are crossed, in both countries."""
    found = crossings(stream("emergency"), tmp_path)
    assert {cell for *_, cell, _ in found} == {"emergency_number_unreachable", "psap_unavailable"}
    assert {rule for _, _, rule, *_ in found} == {
        "be.bipt.emergency",
        "at.rtr.emergency_number",
        "at.rtr.psap_unavailable",
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_demo_tells_its_story(seed: int, tmp_path: Path) -> None:
    """Within an hour the demo crosses by time, by count and by effect, whatever the seed."""
    number, mobile = "emergency_number_unreachable", ("mobile_internet", "mobile_telephony")
    expected = [["08:03:00", "BE/emergency", "be.bipt.emergency", number, n] for n in NUMBERS]
    expected += [["08:11:00", "BE/GNT/agg-1", "be.bipt.users", "PT1H", "25000"]]
    for when, key, *cell in (
        ("08:14:00", "AT/core", "None", "500000"),
        ("08:17:00", "AT/core", "PT1H", "500000"),
        ("08:32:00", "AT/W/agg-1", "PT4H", "150000"),
    ):
        expected += [[when, key, f"at.rtr.{service}", *cell] for service in mobile]
    expected += [
        ["08:20:00", "BE/ANR/agg-1", "be.bipt.users", "PT1H", "25000"],
        ["08:27:00", "AT/G/psap-1", "at.rtr.psap_unavailable", "psap_unavailable", "PSAP-G"],
        ["08:37:00", "AT/S/core-1", "at.rtr.emergency_number", number, "144"],
        ["08:42:00", "BE/interconnect-1", "be.bipt.interconnection", "interconnection", "be-ix-1"],
    ]
    assert sorted(crossings(stream("demo", seed), tmp_path, seed)) == sorted(expected)


NUMBERS = ("100", "101", "112")


def test_demo_begins_with_outages_under_way() -> None:
    """The first events of the demo were raised long before it began; noise follows, and no end."""
    events = stream("demo")
    before = [event for event in events if time_us(event["event_time"]) < START_US]
    assert time_text(min(times(before))) == "2026-03-14T04:32:00Z"
    assert max(times(events)) <= START_US + 60 * MINUTE_US
    raised = [t for t in times([e for e in events if e["action"] == "raise"]) if t >= START_US]
    assert 45 <= len(raised) / 60 <= 60


def test_longer_and_larger() -> None:
    """Duration and number of alarms stretch a scenario."""
    events = stream("storm", alarms=20_000, duration_us=600 * MINUTE_US)
    assert len({event["alarm_id"] for event in events}) == 20_000
    assert START_US + 500 * MINUTE_US < max(times(events)) <= START_US + 600 * MINUTE_US
