"""The explanation for machines: the same facts, with nothing rounded."""

from pathlib import Path

import pytest
from replay.running import Json, alarm, hit, said

from .cases import COMING, CROSSED, EFFECT, SHORT, SILENT, facts, rule

BREAK = ("--outage", "BE/e1")


def test_one_line_for_each_key(tmp_path: Path) -> None:
    """Each outage key is one line, in the order of the keys."""
    found = facts(tmp_path, CROSSED)
    assert [f["outage_key"] for f in found] == ["BE/e1", "BE/other"]
    assert {f["clock"] for f in found} == {"2026-03-14T09:30:00Z"}
    assert {f["reading"] for f in found} == {"cautious"}


def test_a_crossed_case(tmp_path: Path) -> None:
    """A crossing has its instant, its count, its margin and its areas, in both readings."""
    (found,) = facts(tmp_path, CROSSED, *BREAK)
    users = rule(found, "be.bipt.users")
    assert users["cautious"] == {
        "since": "2026-03-14T08:00:00Z", "duration_seconds": 5400.0, "end_users": 26_280
    }  # fmt: skip
    assert users["literal"] == {
        "since": "2026-03-14T08:00:00Z", "duration_seconds": 5400.0, "end_users": 20_000
    }  # fmt: skip
    assert users["ever_hit"] is users["ongoing"] is True
    assert users["ended"] is None
    (cell,) = users["cells"]
    assert cell == {
        "cell": {"duration": "PT1H", "end_users": 25_000},
        "cautious": {
            "crossed_at": "2026-03-14T09:00:00Z",
            "end_users": 26_280,
            "end_users_over": 1_280,
            "areas": [
                {"service": "fixed_internet", "area": "k1", "cautious": 26_140, "literal": 20_000},
                {"service": "mobile_internet", "area": "k2", "cautious": 140, "literal": 0},
            ],
        },
        "literal": {"crossed_at": None, "end_users_missing": 5_000, "would_cross_at": None},
    }


def test_a_case_that_is_short_and_over(tmp_path: Path) -> None:
    """Once all has ended the cautious count still says what was missing; the literal has none."""
    (found,) = facts(tmp_path, SHORT)
    users = rule(found, "be.bipt.users")
    assert (users["ongoing"], users["ended"]) == (False, "2026-03-14T09:30:00Z")
    (cell,) = users["cells"]
    assert cell["cautious"] == {
        "crossed_at": None, "end_users_missing": 100, "would_cross_at": None
    }  # fmt: skip
    assert cell["literal"]["end_users_missing"] is None
    assert found["outages"][0]["end"] == "2026-03-14T09:30:00Z"


def test_a_case_to_come(tmp_path: Path) -> None:
    """The forecast is the instant at which a replay that runs on crosses the cell."""
    found, _ = facts(tmp_path, COMING)
    cells = rule(found, "at.rtr.mobile_internet")["cells"]
    coming = {c["cell"]["duration"]: c["cautious"]["would_cross_at"] for c in cells}
    assert coming == {
        None: None, "PT1H": None, "PT2H": None, "PT4H": None, "PT6H": None,
        "PT8H": "2026-03-14T16:00:00Z", "PT16H": "2026-03-15T00:00:00Z",
    }  # fmt: skip
    later = said(tmp_path / "a.jsonl", "--until", "2026-03-16T00:00:00Z")
    assert [n["crossed_at"] for n in later] == [t for t in coming.values() if t]


def test_a_forecast_in_both_readings(tmp_path: Path) -> None:
    """After a gap the literal clock starts anew, so its forecast is later."""
    events = (
        alarm("08:00:00", impact=hit(26_000)),
        alarm("08:10:00", "clear"),
        alarm("08:20:00", impact=hit(26_000)),
    )
    (found,) = facts(tmp_path, events)
    (cell,) = rule(found, "be.bipt.users")["cells"]
    assert cell["cautious"]["would_cross_at"] == "2026-03-14T09:00:00Z"
    assert cell["literal"]["would_cross_at"] == "2026-03-14T09:20:00Z"


def test_no_forecast_beyond_the_last_year(tmp_path: Path) -> None:
    """A time that cannot be written any more is no forecast, and no crash."""
    event = alarm("9999-12-31T23:30:00Z", impact=hit(26_000))
    (found,) = facts(tmp_path, (event,))
    (cell,) = rule(found, "be.bipt.users")["cells"]
    assert cell["cautious"]["would_cross_at"] is None


def test_an_effect(tmp_path: Path) -> None:
    """Each different effect of a rule is a crossing with its own cell."""
    both = {"kind": "psap_unavailable", "target": "Gent"}
    event = EFFECT[0] | {"effects": [*EFFECT[0]["effects"], both]}
    (found,) = facts(tmp_path, (event,))
    assert rule(found, "be.bipt.emergency")["crossed"] == [
        {
            "cell": {"effect": "emergency_number_unreachable", "target": "112"},
            "crossed_at": "2026-03-14T08:00:00Z",
        },
        {
            "cell": {"effect": "psap_unavailable", "target": "Gent"},
            "crossed_at": "2026-03-14T08:00:00Z",
        },
    ]
    assert rule(found, "be.bipt.users")["ever_hit"] is False


def test_a_silent_case(tmp_path: Path) -> None:
    """A key without outage still says how many alarms it had."""
    (found,) = facts(tmp_path, SILENT, "--correlate", "incident")
    assert found == {
        "outage_key": "BE/intrusion", "country": "BE", "clock": "2026-03-14T08:00:00Z",
        "reading": "cautious", "alarms": 124, "alarms_active": 124,
        "clears_and_changes_that_found_no_active_alarm": 0, "outages": [],
    }  # fmt: skip


STEPS = tuple(
    alarm(f"{8 + i // 12:02d}:{i * 5 % 60:02d}:00",
          ("raise", "change", "clear")[i % 3 if i % 5 else 0],
          alarm_id=f"{i % 4}", country=country, element=country,
          impact=[*hit(70_000 * (i % 5), area=f"k{i % 3}"),
                  *hit(50_000 * (i % 3), "fixed_internet", f"k{i % 4}")])
    for i in range(40)
    for country in ("AT", "BE")
)  # fmt: skip


@pytest.mark.parametrize("reading", ["cautious", "literal"])
def test_it_agrees_with_the_replay(tmp_path: Path, reading: str) -> None:
    """What is explained as crossed a replay requires, and the areas add up to its counts."""
    until = ("--until", "2026-03-15T12:00:00Z", "--reading", reading)
    explained: list[tuple[str, str, str | None, str, int]] = []
    for key in facts(tmp_path, STEPS, *until):
        for outage in key["outages"]:
            explained += [
                (outage["outage_id"], table["rule"], cell["cell"]["duration"],
                 found["crossed_at"], found["end_users"])
                for table in outage["rules"] if "cells" in table
                for cell in table["cells"]
                if (found := cell[reading])["crossed_at"]
            ]  # fmt: skip
            _check_areas(outage)
    required = [
        (n["outage_id"], n["rule"], n["cell"]["duration"], n["crossed_at"],
         sum(affected[reading] for affected in n["affected"].values()))
        for n in said(tmp_path / "a.jsonl", *until)
    ]  # fmt: skip
    assert len(required) >= 8
    assert sorted(explained, key=str) == sorted(required, key=str)


def _check_areas(outage: Json) -> None:
    """Check that the areas at a crossing add up to its count, in its own reading."""
    for table in outage["rules"]:
        for cell in table.get("cells", ()):
            for reading in ("cautious", "literal"):
                found = cell[reading]
                if found["crossed_at"]:
                    assert found["end_users"] == sum(area[reading] for area in found["areas"])
                    assert found["end_users"] - found["end_users_over"] == cell["cell"]["end_users"]
                    assert all(0 <= a["literal"] <= a["cautious"] for a in found["areas"])
                    keys = [(a["service"], a["area"]) for a in found["areas"]]
                    assert len(keys) == len(set(keys))


def test_each_outage_has_its_own_areas(tmp_path: Path) -> None:
    """What one outage of a key counted is not what the next one counts."""
    events = (
        alarm("08:00:00", impact=hit(26_000)),
        alarm("09:10:00", "clear"),
        alarm("12:00:00", impact=hit(30_000, area="k9")),
        alarm("13:10:00", "clear"),
    )
    (found,) = facts(tmp_path, events)
    crossings = [o["rules"][0]["cells"][0]["cautious"] for o in found["outages"]]
    assert [(c["crossed_at"][11:16], [a["area"] for a in c["areas"]]) for c in crossings] == [
        ("09:00", ["k1"]), ("13:00", ["k9"])
    ]  # fmt: skip


def test_counts_just_after_a_deadline(tmp_path: Path) -> None:
    """Where a rule asks for more than a duration, the count is that just after the deadline."""
    events = (
        alarm("00:00:00", country="AT", impact=hit(60_000, area="k1")),
        alarm("00:00:00", country="AT", alarm_id="2", impact=hit(60_000, area="k2")),
        alarm("08:00:00", "clear", country="AT"),
    )
    (found,) = facts(tmp_path, events, "--until", "2026-03-14T09:00:00Z")
    cells = {c["cell"]["duration"]: c for c in rule(found, "at.rtr.mobile_internet")["cells"]}
    (*_, last) = said(tmp_path / "a.jsonl", "--until", "2026-03-14T09:00:00Z")
    assert last["affected"]["mobile_internet"] == {"cautious": 120_000, "literal": 60_000}
    areas = cells["PT8H"]["cautious"]["areas"]
    assert [(a["area"], a["cautious"], a["literal"]) for a in areas] == [
        ("k1", 60_000, 0), ("k2", 60_000, 60_000)
    ]  # fmt: skip
