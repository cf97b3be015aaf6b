"""Every number of a report is right, and names the alarms that it comes from."""

import json
from pathlib import Path
from typing import Any

import pytest
from replay.running import Json, alarm, crossed, hit, said

from .drafting import GOLDEN, STORY, data, drafted, story, text

ACTIONS = (
    {"action_id": "a1", "kind": "submitted", "outage_id": "BE/e1@2026-03-14T08:00:00Z",
     "obligation": "be.bipt.brief_notice", "at": "2026-03-14T09:20:00Z", "who": "Kim",
     "reference": "R-7"},
)  # fmt: skip


def test_the_story(tmp_path: Path) -> None:
    """The counts of the story are those worked out by hand, with their alarms."""
    found = data("BE/e1", story(tmp_path))
    assert [(s["service"], s["cautious"]["value"], s["literal_most"]["value"], s["literal_most_at"],
             s["literal_now"]["value"]) for s in found["services"]] == [
        ("fixed_internet", 26_140, 26_140, "2026-03-14T08:00:00Z", 0),
        ("mobile_internet", 140, 140, "2026-03-14T08:20:00Z", 0),
    ]  # fmt: skip
    # Alarm 3 hits fewer of the same area, so it is behind no number.
    assert found["services"][0]["cautious"]["alarms"] == ["s/1"]
    (crossing,) = found["crossings"]
    assert crossing["crossed_at"] == "2026-03-14T09:00:00Z"
    assert crossing["behind"] == {
        "cautious": {"value": 26_280, "alarms": ["s/1", "s/2"], "alarm_count": 2},
        "literal": {"value": 20_140, "alarms": ["s/1", "s/2"], "alarm_count": 2},
    }
    assert crossing["literal_met"] is False
    assert found["ended_at"] == "2026-03-14T10:30:00Z"
    assert found["duration_seconds"] == 9000
    assert found["probable_causes"] == [{"cause": "lossOfSignal", "alarms": 1}]
    assert found["alarms"]["count"] == 3


def test_the_timeline(tmp_path: Path) -> None:
    """The series holds each change of a count, in both readings."""
    (series,) = data("BE/e1", story(tmp_path))["timeline"]
    (episode,) = series["episodes"]
    assert [(p["at"][11:16], p["cautious"], p["literal"]) for p in episode["points"]] == [
        ("08:00", 26_140, 26_140), ("08:20", 26_280, 26_280), ("08:40", 26_280, 20_140),
        ("10:00", 26_280, 9_000), ("10:30", 26_280, 0),
    ]  # fmt: skip


def test_many_alarms_are_bounded(tmp_path: Path) -> None:
    """Of many alarms behind a number the ten largest are named, and all are counted."""
    events = [
        alarm("08:00:00", alarm_id=f"{i:02d}", impact=hit(2_000 + i, area=f"k{i}"))
        for i in range(30)
    ]
    found = data("BE/e1", story(tmp_path, *events), "--at", "2026-03-14T10:00:00Z")
    (service,) = found["services"]
    assert service["cautious"]["alarm_count"] == 30
    assert service["cautious"]["alarms"] == [f"s/{i:02d}" for i in range(29, 19, -1)]
    assert service["literal_now"]["value"] == sum(2_000 + i for i in range(30))


CASES = [
    ("AT/voice-core", "a1-2019-10-14/input-120001.jsonl", ()),
    ("AT/voice-core", "a1-2019-10-14/input-psap.jsonl", ()),
    ("AT/packet-core", "magenta-at/input-0100-090001-100001.jsonl", ()),
    ("BE/voice-core", "proximus-2021-01-08/input-25000.jsonl", ("--at", "2021-01-09T00:00:00Z")),
    ("BE/emergency-gateway", "optus-2025-09-18/input-as-if-be.jsonl", ()),
]


@pytest.mark.parametrize(("key", "name", "options"), CASES)
def test_it_agrees_with_the_replay(key: str, name: str, options: tuple[str, ...]) -> None:
    """A report tells the crossings that a replay writes, with the same counts."""
    until = ("--until", options[1]) if options else ()
    required = said(GOLDEN / name, *until)
    found = data(key, GOLDEN / name, *options)["crossings"]
    names = ("rule", "cell", "crossed_at", "affected", "crossing_id", "outage_id", "obligations")
    assert sorted(({n: c[n] for n in names} for c in found), key=str) == sorted(
        ({n: c[n] for n in names} for c in required), key=str
    )
    for crossing in found:
        for reading in ("cautious", "literal"):
            counted = sum(affected[reading] for affected in crossing["affected"].values())
            assert crossing["behind"][reading]["value"] == counted


@pytest.mark.parametrize(("key", "name", "options"), CASES)
def test_the_evidence_alone_crosses_the_same(
    tmp_path: Path, key: str, name: str, options: tuple[str, ...]
) -> None:
    """Replayed by itself, the evidence gives the same crossings: nothing behind them is missing."""
    out = tmp_path / "evidence.jsonl"
    drafted(key, GOLDEN / name, *options, "--evidence", out)
    until = ("--until", options[1]) if options else ()
    assert crossed(out, "--correlate", "incident", *until) == crossed(GOLDEN / name, *until)


def test_the_evidence_holds_what_the_inventory_added(tmp_path: Path) -> None:
    """An alarm that takes its people and its effects from the inventory is evidence without it."""
    element = {"element": "e1", "country": "BE", "group": "ring", "serves": hit(26_000)}
    element["emergency_numbers"] = ["112"]
    inventory = tmp_path / "i.jsonl"
    inventory.write_text(json.dumps(element))
    file = story(
        tmp_path,
        alarm("08:00:00", severity="major"),
        alarm("08:30:00", "change", severity="minor"),
        alarm("09:30:00", "clear"),
        alarm("08:00:00", alarm_id="2", element="e2", impact=hit(500_000)),
    )
    out = tmp_path / "evidence.jsonl"
    drafted("BE/ring", file, "--inventory", inventory, "--evidence", out)
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert {line["element"] for line in lines} == {"e1"}
    assert [line["line"] for line in lines] == [1, 2, 3]
    assert lines[0]["as_sent"] == {
        "severity": "major", "planned": None, "impact": None, "effects": None
    }  # fmt: skip
    assert lines[0]["effects"] == [{"kind": "emergency_number_unreachable", "target": "112"}]
    assert lines[1]["effects"] == []
    assert crossed(out, "--correlate", "incident") == [
        ("be.bipt.emergency", "08:00:00Z"), ("be.bipt.users", "09:00:00Z")
    ]  # fmt: skip


def fields(found: Json, notice: int = 0) -> dict[str, Any]:
    """Return the fields of a notice by their ids."""
    return {field["id"]: field for field in found["notices"][notice]["fields"]}


def test_fields_known_and_open() -> None:
    """What the data does not say is open, and said to be; nothing is made up."""
    file = GOLDEN / "a1-2019-10-14" / "input-120001.jsonl"
    found = fields(data("AT/voice-core", file, "--lang", "en"))
    assert {name for name, field in found.items() if field["complete"]} == {
        "start", "subscribers", "total"
    }  # fmt: skip
    assert "14 October 2019, 09:30:00 CEST" in found["start"]["content"][0]["text"]
    assert all(entry["open"] for entry in found["cause"]["content"][1:])
    assert "to be filled in by a person" in found["service"]["content"][-1]["text"]


def test_a_field_that_nobody_knows(tmp_path: Path) -> None:
    """A form's field with an id that the data cannot fill is left open."""
    pack = (GOLDEN.parents[1] / "monitor" / "policies" / "be" / "bipt.yaml").read_text()
    packs = tmp_path / "packs"
    packs.mkdir()
    odd = pack.replace(
        "      - id: duration\n        label: {en: Duration",
        "      - id: weather\n        label: {en: Duration",
    )
    assert odd != pack
    (packs / "p.yaml").write_text(odd)
    found = data("BE/e1", story(tmp_path), "--step", "full_notification", "--policy", packs)
    field = fields(found)["weather"]
    assert (field["known"], field["content"][0]["text"]) == (
        False,
        "____ to be filled in by a person",
    )


def test_duties_with_what_was_done(tmp_path: Path) -> None:
    """Recorded actions are taken at their time: the notice is done, in time or not."""
    actions = tmp_path / "actions.jsonl"
    actions.write_text("\n".join(map(json.dumps, ACTIONS)))
    file = story(tmp_path)
    duties = {o["step"]: o for o in data("BE/e1", file, "--actions", actions)["obligations"]}
    brief = duties["be.bipt.brief_notice"]
    assert (brief["state"], brief["in_time"], brief["submitted_after_seconds"]) == (
        "done",
        True,
        1200,
    )
    assert duties["be.bipt.full_notification"]["state"] == "due"
    shown = text("BE/e1", file, "--actions", actions)
    assert "submitted 14 March 2026, 10:20:00 CET by Kim, reference R-7" in shown
    assert "No record of what was acknowledged" not in shown


def test_an_action_too_early_to_know(tmp_path: Path) -> None:
    """With --at, what was done later is not known yet, and the duty is overdue after its limit."""
    actions = tmp_path / "actions.jsonl"
    late = ACTIONS[0] | {"at": "2026-03-14T10:20:00Z"}
    actions.write_text(json.dumps(late))
    options = ("--actions", actions, "--at", "2026-03-14T10:10:00Z")
    (brief, _) = data("BE/e1", story(tmp_path), *options)["obligations"]
    assert brief["state"] == "overdue"
    assert [t["state"] for t in brief["transitions"]] == ["due", "overdue"]


def test_detected_when_time_crossed(tmp_path: Path) -> None:
    """Between two lines time passes as live: a duty begins when the cell was crossed, not later."""
    (brief, full) = data("BE/e1", story(tmp_path))["obligations"]
    assert brief["detected_at"] == "2026-03-14T09:00:00Z"
    assert brief["due_at"] == "2026-03-14T10:00:00Z"
    # A Saturday: five workdays from Monday on end with the Friday, at midnight in Brussels.
    assert full["due_at"] == "2026-03-20T23:00:00Z"


def test_the_literal_reading(tmp_path: Path) -> None:
    """Where the literal reading decides, its count stands first and the report says so."""
    file = story(tmp_path, alarm("08:00:00", impact=hit(26_000)), alarm("09:30:00", "clear"))
    shown = text("BE/e1", file, "--reading", "literal")
    assert "26,000 end-users at that moment" in shown
    assert "The literal reading decides" in shown


def test_other_keys_only_move_the_clock(tmp_path: Path) -> None:
    """What else the input holds changes nothing but how far time has come."""
    other = alarm("11:30:00", alarm_id="z", element="e9", impact=hit(900_000))
    alone = data("BE/e1", story(tmp_path, *STORY), "--at", "2026-03-14T11:30:00Z")
    beside = data("BE/e1", story(tmp_path, *STORY, other))
    assert beside == alone
