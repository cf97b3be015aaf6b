"""What lies beyond the edges of recordings is not checked, with the reason, and no finding."""

import json
from pathlib import Path

from audit.running import audited, run
from audit.taped import Live, live, recording
from monitor.core.written import time_text


def _with_crossings() -> Live:
    """Return a run in which something was required of several outages."""
    for seed in range(50):
        found = live(seed)
        if len({n["outage_key"] for n in found.notifications}) > 1:
            return found
    raise AssertionError


def _alarm(number: int, time: str, action: str = "raise", **fields: object) -> dict[str, object]:
    plain = {"source": "s", "alarm_id": str(number), "element": "e", "country": "BE"}
    hit = [{"service": "mobile_internet", "area": "k", "end_users": 30_000}]
    return plain | {"action": action, "event_time": f"2026-03-14T{time}Z", "impact": hit} | fields


def _lines(path: Path, *lines: object) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_late_against_the_limit(tmp_path: Path) -> None:
    """A run that worked off a backlog is late by deadlines, not by alarms that came late."""
    run_ = live(1, late_s=7_200)
    found = audited(recording(tmp_path / "r.zst", run_))
    kinds = {one["kind"] for one in found.wrong}
    assert kinds == {"late"}
    assert found.code == 1
    assert all(one["late_seconds"] > 60 for one in found.wrong)
    assert audited(recording(tmp_path / "r.zst", run_), "--limit", "30d").wrong == []


def test_a_recording_from_the_midst(tmp_path: Path) -> None:
    """Where the input begins after an outage began, nothing of it is missing or extra."""
    run_ = _with_crossings()
    found = audited(recording(tmp_path / "r.zst", run_, begin=6), "--limit", "4h")
    assert [one["kind"] for one in found.wrong if one["kind"] != "altered"] == []
    assert found.wrong == []
    assert found.answer["not_checked"]
    assert "begins in the midst" in " ".join(found.answer["remarks"])


def test_strict_does_not_let_it_pass(tmp_path: Path) -> None:
    """With --strict what cannot be checked ends with code 1."""
    run_ = _with_crossings()._replace(obligations=[])
    path = recording(tmp_path / "r.zst", run_, begin=6)
    assert run("audit", path, "--limit", "4h", "--jobs", "1").code == 0
    assert run("audit", path, "--limit", "4h", "--jobs", "1", "--strict").code == 1


def test_what_was_not_decided_yet(tmp_path: Path) -> None:
    """What follows from input that no worker had taken yet is not missing."""
    run_ = _with_crossings()._replace(notifications=[], obligations=[])
    decided = audited(recording(tmp_path / "r.zst", run_, decided_to=10_000))
    assert {one["kind"] for one in decided.wrong} == {"missing"}
    waiting = audited(recording(tmp_path / "r.zst", run_, decided_to=0))
    assert waiting.wrong == []
    assert {n["reason"] for n in waiting.answer["not_checked"]} == {
        "the input that calls for it had not been decided upon when it was recorded"
    }


def test_files_of_a_part_of_the_time(tmp_path: Path) -> None:
    """An outage older than the alarms at hand, and a crossing after them, are not checked."""
    alarms = (_alarm(1, "06:00:00"), _alarm(1, "11:00:00", severity="major"))
    whole = _lines(tmp_path / "whole.jsonl", *alarms)
    said = tmp_path / "said.jsonl"
    assert run("replay", whole, "-o", said).code == 0
    assert audited(whole, "--notifications", said).wrong == []
    later = _lines(tmp_path / "later.jsonl", _alarm(9, "06:30:00"), alarms[1])
    found = audited(later, "--notifications", said)
    assert found.wrong == []
    assert {n["reason"] for n in found.answer["not_checked"]} == {
        "the outage was open before the recorded input begins"
    }
    earlier = _lines(tmp_path / "earlier.jsonl", alarms[0])
    found = audited(earlier, "--notifications", said)
    assert found.wrong == []
    (unknown,) = found.answer["not_checked"]
    assert "crossed after the last recorded alarm" in unknown["reason"]
    until = audited(earlier, "--notifications", said, "--until", "2026-03-14T11:00:00Z")
    assert (until.wrong, until.answer["not_checked"]) == ([], [])


def test_an_outage_that_the_alarms_do_not_know(tmp_path: Path) -> None:
    """Said to have begun within the alarms, it is extra, however late it is said to cross."""
    alarms = _lines(tmp_path / "a.jsonl", _alarm(1, "06:00:00"), _alarm(1, "11:00:00", "clear"))
    said = tmp_path / "said.jsonl"
    run("replay", alarms, "-o", said)
    ghost = json.loads(said.read_text()) | {"outage_key": "BE/x", "crossing_id": "x"}
    ghost |= {"outage_id": "BE/x@2026-03-14T06:00:00Z", "crossed_at": "2026-03-15T06:00:00Z"}
    ghost |= {"detected_at": "2026-03-15T06:00:00Z"}
    with said.open("a") as file:
        file.write(json.dumps(ghost) + "\n")
    assert [one["kind"] for one in audited(alarms, "--notifications", said).wrong] == ["extra"]


def test_late_by_the_arrival_of_the_deciding_alarm(tmp_path: Path) -> None:
    """Files say no arrival: a late alarm counts from the newest alarm before it."""
    said = tmp_path / "said.jsonl"
    alarms = _lines(
        tmp_path / "a.jsonl",
        _alarm(7, "09:30:00", element="other"),
        _alarm(1, "06:00:00"),
        _alarm(7, "12:00:00", element="other"),
    )
    run("replay", "--as-received", alarms, "-o", said)
    first = json.loads(said.read_text().splitlines()[0])
    assert (first["crossed_at"], first["detected_at"]) == (
        "2026-03-14T07:00:00Z", "2026-03-14T09:30:00Z"
    )  # fmt: skip
    assert audited(alarms, "--notifications", said).wrong == []
    late = first | {"detected_at": time_text(1_773_480_700_000_000)}
    _lines(said, late, *map(json.loads, said.read_text().splitlines()[1:]))
    (finding,) = audited(alarms, "--notifications", said).wrong
    assert finding["kind"] == "late"
    assert finding["late_seconds"] == 100.0


def test_one_recording_after_the_other(tmp_path: Path) -> None:
    """Recordings that follow on are as one, in any order; a gap between them is named."""
    run_ = _with_crossings()
    first = recording(tmp_path / "a.zst", run_, end=7)
    nothing = run_._replace(notifications=[], obligations=[])
    second = recording(tmp_path / "b.zst", nothing, begin=5)
    found = audited(second, first, "--limit", "400d")
    assert (found.wrong, found.answer["not_checked"]) == ([], [])
    assert found.answer["mode"] == "every revision"
    assert found.answer["counts"]["recorded"] == len(run_.notifications)
    third = recording(tmp_path / "c.zst", nothing, begin=9)
    gap = run("audit", first, third)
    assert gap.code == 2
    assert "name the recording of what lies between" in gap.err
