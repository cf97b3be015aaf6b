"""The life of alarms in the reference, on cases worked out by hand."""

from typing import Any

import pytest

from .cases import HOUR_US, at_us, crossed, event, users
from .naive import final, state
from .reading import Json, Reader, Setup, instant_text, instant_us

MARKED: Json = {
    "element": "el",
    "country": "BE",
    "group": "g",
    "critical_component": True,
    "interconnection": "ix",
    "emergency_numbers": ["112"],
    "psap": "p",
    "serves": [users(25_000)],
}


def spans(lines: list[Json], **options: Any) -> list[str]:
    """Give the service-affecting parts as `from-to`, with minutes and users."""
    reader = Reader(Setup(merge_gap_us=10**15, **options))
    for line in lines:
        reader.read(line)
    return [
        f"{instant_text(part.a_us)[11:16]}-"
        f"{instant_text(part.b_us)[11:16] if part.b_us < 10**18 else ''}"
        f" {sum(part.users.values())}"
        for outage in state(reader)
        for part in outage.parts
    ]


def test_times_are_instants() -> None:
    """Offsets and spellings give the same instant; digits past the microsecond are cut off."""
    noon_us = at_us("12:00")
    assert instant_us("2026-03-14T13:00:00.0000009+01:00") == noon_us
    assert instant_us("2026-03-14T08:30:00.5-03:30") == noon_us + 500_000
    assert instant_text(noon_us + 1) == "2026-03-14T12:00:00.000001Z"
    assert instant_text(noon_us) == "2026-03-14T12:00:00Z"


def test_a_raise_of_an_active_alarm_is_a_change() -> None:
    """It leaves absent fields as they were; after a clear nothing is left of the old."""
    lines = [
        event("raise", "10:00", users(5)),
        event("raise", "10:10"),
        event("clear", "10:20"),
        event("raise", "10:30"),
    ]
    assert spans(lines) == ["10:00-10:10 5", "10:10-10:20 5"]
    again = [*lines[:3], event("raise", "10:30", effects=[{"kind": "x", "target": "y"}])]
    assert spans(again) == ["10:00-10:10 5", "10:10-10:20 5"]


def test_a_first_change_acts_as_a_raise() -> None:
    """It does with no earlier event; after a clear it changes nothing."""
    change = event("change", "10:30", users(7))
    assert spans([change]) == ["10:30- 7"]
    assert spans([event("clear", "10:00"), change]) == []
    assert spans([change, event("clear", "10:00")]) == []
    early = [event("raise", "09:00", users(3)), event("clear", "10:00")]
    assert spans([change, *early]) == ["09:00-10:00 3"]


def test_a_change_long_after_acts_as_a_raise() -> None:
    """It does if the last event before it is older than the horizon, not at the horizon."""
    lines = [event("raise", "10:00", users(5)), event("clear", "10:10")]
    change = event("change", "12:10", users(7))
    assert spans([*lines, change], lateness_horizon_us=2 * HOUR_US) == ["10:00-10:10 5"]
    later = spans([*lines, change], lateness_horizon_us=2 * HOUR_US - 1)
    assert later == ["10:00-10:10 5", "12:10- 7"]


def test_a_kept_clear_applies_when_the_raise_arrives() -> None:
    """A clear and a change that found nothing count once an earlier raise comes."""
    lines = [
        event("clear", "11:00"),
        event("change", "10:30", users(7)),
        event("raise", "10:00", users(5)),
    ]
    assert spans(lines) == ["10:00-10:30 5", "10:30-11:00 7"]


def test_equal_times_go_by_sequence_then_arrival() -> None:
    """A state replaced at its own instant is a part of that instant."""
    lines = [
        event("change", "10:00", users(2), sequence=2),
        event("raise", "10:00", users(1), sequence=1),
        event("change", "10:00", users(3), sequence=2),
    ]
    assert spans(lines) == ["10:00-10:00 1", "10:00-10:00 2", "10:00- 3"]


@pytest.mark.parametrize(
    "again",
    [
        {},
        {"event_time": "2026-03-14T11:00:00.000000+01:00"},
        {"sequence": 0, "planned": False, "severity": None, "effects": None},
        {"probable_cause": "powerProblem", "unknown": 1},
    ],
)
def test_a_repeat_changes_nothing(again: Json) -> None:
    """A raise said again after its clear, at the same instant, does not raise again."""
    first = event("raise", "10:00", users(5))
    lines = [first, event("clear", "10:00"), first | again]
    assert spans(lines) == ["10:00-10:00 5"]
    assert spans([*lines, first | {"severity": "minor"}]) == ["10:00-10:00 5", "10:00- 5"]


def test_repeats_compare_entries_as_given() -> None:
    """Order counts, and so do entries that are left out."""
    odd = {"service": "iptv", "end_users": "many"}
    first = event("raise", "10:00", users(5), odd)
    clear = event("clear", "10:00")
    assert spans([first, clear, first]) == ["10:00-10:00 5"]
    for other in ([odd, users(5)], [users(5)], [users(5), odd | {"area": "x"}]):
        lines = [first, clear, first | {"impact": other}]
        assert spans(lines) == ["10:00-10:00 5", "10:00- 5"]


def test_unknown_entries_are_left_out() -> None:
    """An impact of nothing known counts as given and empty, not as absent."""
    odd = {"service": "iptv", "end_users": 9}
    assert spans([event("raise", "10:00", odd)], inventory=[MARKED]) == []
    assert spans([event("raise", "10:00")], inventory=[MARKED]) == ["10:00- 25000"]
    assert spans([event("raise", "10:00", odd, users(3), users(8))]) == ["10:00- 8"]


def test_the_inventory_marks_only_severe_alarms() -> None:
    """Marks hold while the severity last given is critical or major; `[]` does not remove them."""
    lines = [
        event("raise", "10:00", severity="minor", impact=[]),
        event("change", "10:10", severity="major"),
        event("change", "10:20", effects=[]),
        event("clear", "10:30"),
    ]
    assert crossed(lines[:1], inventory=[MARKED]) == []
    assert crossed(lines, inventory=[MARKED | {"critical_component": "core"}]) == [
        ("critical_component", "core", "10:10:00"),
        ("emergency", "112", "10:10:00"),
        ("emergency", "p", "10:10:00"),
        ("interconnection", "ix", "10:10:00"),
    ]
    assert crossed(lines, inventory=[MARKED])[0] == ("critical_component", "el", "10:10:00")
    assert spans(lines, inventory=[MARKED]) == ["10:10-10:20 0", "10:20-10:30 0"]


def test_the_key_comes_from_event_and_inventory() -> None:
    """Country of the event first; incident only when asked for; else group, else element."""
    breach = [{"kind": "personal_data_breach"}]
    line = event("raise", "10:00", effects=breach, incident="i")
    del line["country"]

    def keys(line: Json, inventory: list[Json], **options: Any) -> list[str]:
        return [c["outage_key"] for c in final([line], inventory=inventory, **options)]

    assert keys(line, []) == []
    assert keys(line, [MARKED]) == ["BE/g"]
    assert keys(line, [MARKED, {"element": "el", "country": "BE"}]) == ["BE/el"]
    assert keys(line, [MARKED], correlate="incident") == ["BE/i"]
    assert keys(line | {"country": "BE"}, [MARKED | {"country": "AT"}]) == ["BE/g"]


def test_another_key_is_another_alarm() -> None:
    """A clear with another key finds nothing."""
    lines = [event("raise", "10:00", users(5)), event("clear", "10:30", element="other")]
    assert spans(lines) == ["10:00- 5"]


def test_what_is_older_than_the_horizon_is_left_out() -> None:
    """The clock at the time of reading decides; exactly at the horizon is still in."""
    lines = [event("raise", "12:00", users(1), alarm_id="2"), event("raise", "10:00", users(5))]
    assert spans(lines, lateness_horizon_us=2 * HOUR_US) == ["10:00- 5", "12:00- 1"]
    assert spans(lines, lateness_horizon_us=2 * HOUR_US - 1) == ["12:00- 1"]
    assert len(spans(lines[::-1], lateness_horizon_us=HOUR_US)) == len(lines)
