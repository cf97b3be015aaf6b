"""What would be otherwise with other numbers: each answer was worked out by hand."""

from pathlib import Path
from typing import Any

import pytest
from replay.running import Json, alarm, hit, refused, run, written

from .cases import CROSSED, SHORT, facts

#: 26,000 in k1 from 08:00 to 09:00:00 exactly: crossed at that instant, and just so.
EXACT = (alarm("08:00:00", impact=hit(26_000)), alarm("09:00:00", "clear"))
TWO = (
    alarm("08:00:00", impact=[*hit(20_000, area="k1"), *hit(6_000, "fixed_internet", "k2")]),
    alarm("10:00:00", "clear"),
)
AT_NIGHT = (
    alarm("00:00:00", country="AT", impact=hit(100_001)),
    alarm("08:00:01", "clear", country="AT"),
)


def supposed(tmp_path: Path, events: tuple[Json, ...], *changes: str) -> Json:
    """Return what would be otherwise in the only outage of these events."""
    options = [word for change in changes for word in ("--what-if", change)]
    (found,) = facts(tmp_path, events, "--outage", f"{events[0]['country']}/e1", *options)
    return dict[str, Any](found["what_if"])


def whole(difference: Json) -> Json:
    """Let what is not there at all be what is not crossed."""
    return difference | {"what_if": difference["what_if"] or {"crossed_at": None}}


def turned(found: Json, reading: str = "cautious") -> list[tuple[str, str | None, str | None]]:
    """Return the cells that are crossed at another time, with both times."""
    return [
        (d["cell"], d["now"]["crossed_at"][11:19] if d["now"]["crossed_at"] else None,
         d["what_if"]["crossed_at"][11:19] if d["what_if"]["crossed_at"] else None)
        for d in map(whole, found["differences"])
        if d["reading"] == reading and d["now"]["crossed_at"] != d["what_if"]["crossed_at"]
    ]  # fmt: skip


CELL = "at least 25,000 for at least 1 h"


@pytest.mark.parametrize(
    ("change", "crossed_at"),
    [
        ("end_users=-1000 area=k1", "09:00:00"),  # 25,000 is enough
        ("end_users=-1001 area=k1", None),
        ("end_users=24999", None),  # the only count there is, so it needs no name
        ("end_users=25000 service=mobile_internet", "09:00:00"),
        ("end_users=-3%", "09:00:00"),  # 780 fewer
        ("end_users=-4%", None),  # 1,040 fewer
        ("end_users=-99999 area=k1", None),  # never fewer than none
        ("duration=-1s", None),
        ("duration=59m59s", None),
        ("duration=1h", "09:00:00"),
        ("duration=+30m", "09:00:00"),
    ],
)
def test_an_exact_case(tmp_path: Path, change: str, crossed_at: str | None) -> None:
    """One end-user or one second fewer, and the cell is not crossed."""
    found = supposed(tmp_path, EXACT, change)
    assert turned(found) == ([] if crossed_at else [(CELL, "09:00:00", None)])


def test_more_people_in_time(tmp_path: Path) -> None:
    """A hundred more where a hundred were missing cross when the hour is over."""
    found = supposed(tmp_path, SHORT, "end_users=+100 area=k2")
    assert turned(found) == [(CELL, None, "09:00:00")]


def test_the_literal_reading(tmp_path: Path) -> None:
    """In the literal reading 5,000 more after the repair cross at the end of the hour."""
    found = supposed(tmp_path, CROSSED, "end_users=+5000 area=k1")
    assert turned(found) == []
    assert turned(found, "literal") == [(CELL, None, "09:00:00")]


def test_all_changes_hold_together(tmp_path: Path) -> None:
    """6,000 in k2 and 20,000 in k1: one of two changes alone turns nothing, both do."""
    for change in ("end_users=-500 area=k1", "end_users=-501 area=k2"):
        assert turned(supposed(tmp_path, TWO, change)) == []
    both = supposed(tmp_path, TWO, "end_users=-500 area=k1", "end_users=-501 area=k2")
    assert turned(both) == [(CELL, "09:00:00", None)]


def test_longer_than_any_alarm_said(tmp_path: Path) -> None:
    """Eight hours later the clock is there, and the cells on the way are crossed by time alone."""
    found = supposed(tmp_path, AT_NIGHT, "duration=+8h")
    assert found["clock"] == "2026-03-14T16:00:01Z"
    assert turned(found) == [("more than 10,000 for more than 16 h", None, "16:00:00")]
    assert [o["end"] for o in found["outages"]] == ["2026-03-14T16:00:01Z"]


def test_an_outage_that_goes_on(tmp_path: Path) -> None:
    """An open outage lasts until the clock: longer runs the clock on, shorter ends it before."""
    open_case = (alarm("08:00:00", impact=hit(26_000)), alarm("08:50:00", alarm_id="2"))
    assert turned(supposed(tmp_path, open_case, "duration=+9m59s")) == []
    longer = supposed(tmp_path, open_case, "duration=+10m")
    assert turned(longer) == [(CELL, None, "09:00:00")]
    shorter = supposed(tmp_path, open_case, "duration=-20m")
    assert [o["end"] for o in shorter["outages"]] == ["2026-03-14T08:30:00Z"]


def test_nobody_at_all(tmp_path: Path) -> None:
    """Without anybody hit there would be no outage, and the differences say so."""
    found = supposed(tmp_path, EXACT, "end_users=0")
    assert found["outages"] == []
    out = run("explain", tmp_path / "a.jsonl", "--what-if", "end_users=0").stdout
    assert "There would be no outage" in out


def test_in_words(tmp_path: Path) -> None:
    """What turns is told with both times; what only counts otherwise is added up."""
    file = written(tmp_path / "a.jsonl", *AT_NIGHT)
    out = run("explain", file, "--what-if", "duration=-1s").stdout
    assert "WHAT IF duration=-1s" in out
    said = out.partition("WHAT IF")[2]
    assert "more than 50,000 for more than 8 h" in said
    assert "now:     crossed at 2026-03-14T08:00:00Z by 100,001" in said
    assert "what if: not crossed" in said
    same = run("explain", file, "--what-if", "duration=+0s").stdout
    assert "Nothing would be otherwise" in same


def test_other_outages_of_the_key_stay_out_of_it(tmp_path: Path) -> None:
    """A change is of one outage: another one of the same key is neither changed nor compared."""
    later = (
        alarm("14:00:00", impact=hit(30_000)),
        alarm("15:30:00", "clear"),
    )
    file = written(tmp_path / "a.jsonl", *EXACT, *later)
    first = "BE/e1@2026-03-14T08:00:00Z"
    sentence = refused("explain", file, "--what-if", "end_users=0 area=k1")
    assert f"is of one outage; name one with --outage: {first}, " in sentence
    (found,) = facts(tmp_path, (*EXACT, *later), "--outage", first, "--what-if", "duration=-1s")
    assert turned(found["what_if"]) == [(CELL, "09:00:00", None)]
    assert len(found["what_if"]["outages"]) == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("", "give either end_users= or duration="),
        ("end_users", "'end_users' is none of end_users=, duration=, area=, service= with a value"),
        ("users=5", "'users=5' is none of"),
        ("end_users=5 end_users=6", "end_users= is there twice"),
        ("end_users=5 duration=1h", "give either end_users= or duration="),
        ("area=k1", "give either end_users= or duration="),
        ("end_users=many", "end_users= is a number"),
        ("end_users=10%", "end_users= is a number"),
        ("end_users=5 service=gas", "service= is one of fixed_internet, "),
        ("duration=1h area=k1", "duration= is of the whole outage"),
        ("duration=soon", "expected a duration"),
        ("duration=-3h", "nothing is left of it"),
        ("end_users=5 area='k1", "a quotation mark is not closed"),
        ("end_users=5 area=k9", "nobody is hit there; hit are: k1 (mobile_internet), k2"),
        ("end_users=5", "choose one of them, or give a percentage: area=k1 service="),
    ],
)
def test_a_change_that_makes_no_sense(tmp_path: Path, change: str, sentence: str) -> None:
    """A change that cannot be read, or is of nothing, ends with 2 and says what is wrong."""
    file = written(tmp_path / "a.jsonl", *TWO)
    result = run("explain", file, "--what-if", change)
    assert result.exit_code == 2
    said = " ".join(result.stderr.replace("│", " ").split())
    assert sentence in said


def test_later_events_of_the_same_alarm(tmp_path: Path) -> None:
    """An outage cannot be made to last into the next raise of its alarm."""
    events = (*EXACT, alarm("11:00:00", impact=hit(5)))
    file = written(tmp_path / "a.jsonl", *events)
    first = ("--outage", "BE/e1@2026-03-14T08:00:00Z", "--what-if")
    sentence = refused("explain", file, *first, "duration=+3h")
    assert "alarm s/1 says more at 2026-03-14T11:00:00Z" in sentence


def test_a_name_with_spaces(tmp_path: Path) -> None:
    """An area with a space in its name is put in quotation marks."""
    events = (alarm("08:00:00", impact=hit(26_000, area="Sankt Pölten")), EXACT[1])
    found = supposed(tmp_path, events, "end_users=-2000 area='Sankt Pölten'")
    assert turned(found) == [(CELL, "09:00:00", None)]
