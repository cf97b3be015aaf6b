"""`--as-received`: what a live run that saw the lines in this order would have published."""

import json
from pathlib import Path

import pytest

from .running import DAY, Json, alarm, by, hit, run, said, written

RAISE = alarm("08:00:00", impact=hit(25_000))
TICK = {"alarm_id": "t", "element": "other"}


def _story(tmp_path: Path, *events: Json, until: str = "") -> list[tuple[object, ...]]:
    options = ("--until", f"{DAY}T{until}Z") if until else ()
    found = said(written(tmp_path / "a.jsonl", *events), "--as-received", *options)
    times = [
        {
            k: str(n[k]).removeprefix(f"{DAY}T").removesuffix("Z")
            for k in ("crossed_at", "detected_at")
        }
        for n in found
    ]
    return [
        (n["revision"], n["type"], t["crossed_at"], t["detected_at"])
        for n, t in zip(found, times, strict=True)
    ]


def test_the_clock_runs_between_the_lines(tmp_path: Path) -> None:
    """A crossing by time alone is published before the line that moves the clock past it."""
    assert _story(tmp_path, RAISE, alarm("12:00:00", "clear")) == [
        (0, "required", "09:00:00", "09:00:00")
    ]
    assert _story(tmp_path, RAISE, alarm("12:00:00", "clear")) == _story(
        tmp_path, RAISE, until="09:00:00"
    )


def test_a_late_clear_withdraws(tmp_path: Path) -> None:
    """What turns out not to have been crossed is withdrawn; its content is as last published."""
    late = alarm("08:30:00", "clear")
    events = (RAISE, alarm("09:10:00", **TICK), late)
    assert _story(tmp_path, *events) == [
        (0, "required", "09:00:00", "09:00:00"),
        (1, "withdrawn", "09:00:00", "09:10:00"),
    ]
    first, second = said(tmp_path / "a.jsonl", "--as-received")
    assert second["superseded_by"] is None
    assert "superseded_by" not in first
    changed = {"revision", "type", "detected_at", "superseded_by"}
    assert {k: v for k, v in first.items() if k not in changed} == {
        k: v for k, v in second.items() if k not in changed
    }
    assert said(tmp_path / "a.jsonl") == []


def test_a_late_raise_corrects(tmp_path: Path) -> None:
    """An onset that turns out to be earlier corrects the instant, under the same id."""
    earlier = alarm("07:50:00", alarm_id="2", impact=hit(1))
    assert _story(tmp_path, RAISE, alarm("09:10:00", **TICK), earlier) == [
        (0, "required", "09:00:00", "09:00:00"),
        (1, "corrected", "08:50:00", "09:10:00"),
    ]
    first, second = said(tmp_path / "a.jsonl", "--as-received")
    assert first["crossing_id"] == second["crossing_id"]
    assert first["outage_id"] == second["outage_id"] == "BE/e1@2026-03-14T08:00:00Z"
    assert second["first_onset"] == "2026-03-14T07:50:00Z"
    (final,) = said(tmp_path / "a.jsonl")
    assert final["outage_id"] == "BE/e1@2026-03-14T07:50:00Z"


def test_a_crossing_in_the_past(tmp_path: Path) -> None:
    """A late event can cross a cell in the past; it is detected now."""
    more = alarm("08:10:00", "change", impact=hit(25_000))
    story = _story(tmp_path, RAISE | {"impact": hit(1)}, alarm("10:00:00", **TICK), more)
    assert story == [(0, "required", "09:00:00", "10:00:00")]


def test_it_may_hold_again(tmp_path: Path) -> None:
    """After a withdrawal the next required has the next revision."""
    late = (alarm("08:30:00", "clear"), alarm("08:30:01", "raise", impact=hit(25_000)))
    assert _story(tmp_path, RAISE, alarm("09:10:00", **TICK), *late) == [
        (0, "required", "09:00:00", "09:00:00"),
        (1, "withdrawn", "09:00:00", "09:10:00"),
        (2, "required", "09:00:00", "09:10:00"),
    ]


def test_an_absorbed_outage_is_superseded(tmp_path: Path) -> None:
    """When a late event joins two outages, the later one names the earlier that took it over."""
    events = (
        alarm("08:00:00", country="AT", impact=hit(500_001)),
        alarm("08:10:00", "clear", country="AT"),
        alarm("10:00:00", country="AT", impact=hit(500_001)),
        alarm("09:00:00", alarm_id="2", country="AT", impact=hit(1)),
    )
    found = said(written(tmp_path / "a.jsonl", *events), "--as-received")
    first, second = "AT/e1@2026-03-14T08:00:00Z", "AT/e1@2026-03-14T10:00:00Z"
    told = by(found, "type", "outage_id", "superseded_by")
    assert told[:3] == [
        ("required", first, None), ("required", second, None), ("withdrawn", second, first)
    ]  # fmt: skip
    assert {n["outage_id"] for n in found[3:]} <= {first}


def test_the_last_revisions_are_what_holds(tmp_path: Path) -> None:
    """The last revision of each crossing agrees with the replay of the same lines."""
    events = [
        alarm(f"{8 + (i * 7) % 5:02d}:{(i * 13) % 60:02d}:00", ("raise", "change", "clear")[i % 3],
              alarm_id=f"{i % 4}", country="AT", impact=hit(200_000 * (i % 4), area=f"k{i % 3}"))
        for i in range(60)
    ]  # fmt: skip
    file = written(tmp_path / "a.jsonl", *events)
    last: dict[str, Json] = {}
    for n in said(file, "--as-received"):
        assert n["revision"] == (last[n["crossing_id"]]["revision"] + 1 if n["crossing_id"] in last
                                 else 0)  # fmt: skip
        last[n["crossing_id"]] = n
    holding = sorted((n["rule"], n["crossed_at"], json.dumps(n["cell"])) for n in last.values()
                     if n["type"] != "withdrawn")  # fmt: skip
    assert holding == sorted(
        (n["rule"], n["crossed_at"], json.dumps(n["cell"])) for n in said(file)
    )
    assert any(n["revision"] for n in last.values())
    assert holding


@pytest.mark.parametrize("received", [(), ("--as-received",)])
def test_the_summary_counts_what_holds(tmp_path: Path, received: tuple[str, ...]) -> None:
    """Crossings are counted as they hold in the end; what was published on the way stands apart."""
    file = written(
        tmp_path / "a.jsonl", RAISE, alarm("09:10:00", **TICK), alarm("08:30:00", "clear")
    )
    rows = [" ".join(line.split()) for line in run("replay", file, *received).stderr.splitlines()]
    assert "crossings none" in rows
    assert ("published on the way 1 required, 1 withdrawn" in rows) == bool(received)
