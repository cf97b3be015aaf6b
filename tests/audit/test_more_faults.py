"""Faults that hide behind something else: another outage, an older one, a repeat, a number."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from audit.running import audited, run
from audit.taped import Live, live, recording

Json = dict[str, Any]


def _alarm(day: int, time: str, action: str, users: int) -> Json:
    hit = [{"service": "mobile_internet", "area": "k", "end_users": users}]
    plain = {"source": "s", "alarm_id": str(day), "element": "e", "country": "BE"}
    return plain | {"action": action, "event_time": f"2026-03-{day:02}T{time}:00Z", "impact": hit}


def _lines(path: Path, lines: Sequence[Json]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


_ALARMS = [
    _alarm(1, "10:00", "raise", 30_000),
    _alarm(1, "12:00", "clear", 30_000),
    _alarm(3, "10:00", "raise", 40_000),
    _alarm(3, "12:00", "clear", 40_000),
    _alarm(4, "10:00", "raise", 1),
]


def _said(tmp_path: Path) -> tuple[Path, list[Json]]:
    """Return alarms of two outages of one key, and what was published about each."""
    alarms, out = _lines(tmp_path / "alarms.jsonl", _ALARMS), tmp_path / "said.jsonl"
    assert run("replay", alarms, "--out", out).code == 0
    said = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(said) == 2
    assert said[0]["outage_key"] == said[1]["outage_key"]
    return alarms, said


def _kinds(tmp_path: Path, alarms: Path, said: Sequence[Json], *options: str) -> list[str]:
    found = audited(alarms, "--notifications", _lines(tmp_path / "n.jsonl", said), *options)
    assert found.code == bool(found.kinds)
    return found.kinds


@pytest.mark.parametrize(
    "names",
    [["affected"], ["outage_id"], ["first_onset"], ["reason"], ["crossing_id"]],
)
def test_what_another_outage_of_the_key_was_told(names: list[str], tmp_path: Path) -> None:
    """A field as another outage of the same key had it is altered."""
    alarms, said = _said(tmp_path)
    for name in names:
        said[0][name], said[1][name] = said[1][name], said[0][name]
    assert _kinds(tmp_path, alarms, said) == ["altered", "altered"]


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        ({"type": "corrected"}, ["altered"]),
        ({"revision": -1}, ["altered"]),
        ({"revision": 10**12}, ["missing"]),
        ({"superseded_by": "x"}, ["altered"]),
        ({"initial": 1}, ["altered"]),
        ({"reading": ["cautious"]}, ["altered"]),
        ({"policy_set": {}}, ["altered"]),
        ({"cell": {"effect": 1, "target": []}}, ["altered"]),
        ({"type": "withdrawn"}, ["missing"]),
    ],
)
def test_what_cannot_be(change: Json, kinds: list[str], tmp_path: Path) -> None:
    """What no input can call for is one finding, however odd it is."""
    alarms, said = _said(tmp_path)
    assert _kinds(tmp_path, alarms, [said[0] | change, said[1]]) == kinds


def test_a_field_that_is_not_there_is_not_null(tmp_path: Path) -> None:
    """A field that must be null, and is not there, is altered."""
    alarms, said = _said(tmp_path)
    assert said[0]["service"] is None
    del said[0]["service"]
    assert _kinds(tmp_path, alarms, said) == ["altered"]


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("change", [{"reason": "x"}, {"type": "withdrawn"}])
def test_two_contents_are_one_too_many(change: Json, first: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a parameter
    """Of two contents of a revision the wrong one is extra, wherever it stands."""
    alarms, said = _said(tmp_path)
    wrong = said[0] | change
    place = 0 if first else len(said)
    found = audited(
        alarms, "--notifications", _lines(tmp_path / "n", [*said[:place], wrong, *said[place:]])
    )
    # Put first, the wrong one stands on the first line.
    assert found.kinds == ["extra"]
    line = 1 if first else 3
    place_of = [wrong, *said] if first else [*said, wrong]
    found = audited(alarms, "--notifications", _lines(tmp_path / "n", place_of))
    assert found.answer["findings"][0]["place"].endswith(f":{line}")


def test_two_contents_of_an_earlier_revision(tmp_path: Path) -> None:
    """A revision that was followed by others may not have two contents either."""
    alarms, said = _said(tmp_path)
    then = [said[0] | {"type": "withdrawn", "revision": 1, "superseded_by": None}]
    then.append(said[0] | {"revision": 2})
    assert _kinds(tmp_path, alarms, [*said, *then]) == []
    assert _kinds(tmp_path, alarms, [*said, *then, said[0] | {"reason": "x"}]) == ["extra"]


def test_an_older_outage_hides_little(tmp_path: Path) -> None:
    """What was published of an outage before the alarms begin excuses only what may be the same."""
    _, said = _said(tmp_path)
    month = _lines(tmp_path / "month.jsonl", _ALARMS[2:])
    assert _kinds(tmp_path, month, said) == []
    assert _kinds(tmp_path, month, [said[0], said[1] | {"affected": {}}]) == ["altered"]
    other = said[0] | {"cell": {"duration": "PT9H", "end_users": 1}, "policy_set": "of then"}
    assert _kinds(tmp_path, month, [other, said[1] | {"policy_set": "x"}]) != []
    missing = audited(month, "--notifications", _lines(tmp_path / "n", said[:1]))
    assert missing.kinds == []
    reasons = [one["reason"] for one in missing.answer["not_checked"]]
    assert any("cannot be told" in reason for reason in reasons)


def test_a_cell_that_no_rule_has(tmp_path: Path) -> None:
    """Beyond the last alarm, too, a rule or a cell that the packs do not have is extra."""
    alarms = _lines(tmp_path / "alarms.jsonl", _ALARMS[:1])
    out = tmp_path / "said.jsonl"
    run("replay", alarms, "--until", "2026-03-01T12:00:00Z", "--out", out)
    said = json.loads(out.read_text())
    assert _kinds(tmp_path, alarms, [said]) == []
    assert _kinds(tmp_path, alarms, [said | {"rule": "x"}]) == ["extra"]
    cell = {"duration": "PT1M", "end_users": 1}
    assert _kinds(tmp_path, alarms, [said | {"cell": cell}]) == ["extra"]


def test_nothing_to_read_is_said(tmp_path: Path) -> None:
    """A file without alarms is clean if nothing was published, but it is said."""
    empty = _lines(tmp_path / "empty.jsonl", [])
    found = audited(empty, "--notifications", empty)
    assert found.kinds == []
    assert any("no alarm" in remark for remark in found.answer["remarks"])


def _run_with_duties() -> Live:
    return next(r for r in map(live, range(50)) if len(r.obligations) > 1)


def test_no_obligations_at_all(tmp_path: Path) -> None:
    """Where the topic was recorded, and is empty, every obligation is missing."""
    run_ = _run_with_duties()
    empty = recording(tmp_path / "r.zst", run_._replace(obligations=[]))
    found = audited(empty, "--limit", "30d")
    assert found.kinds == ["missing"] * len(run_.obligations)


def test_obligations_beside_lines_of_notifications(tmp_path: Path) -> None:
    """Obligations of the recording count, wherever the notifications come from."""
    run_ = _run_with_duties()
    lines = _lines(tmp_path / "n.jsonl", run_.notifications)
    rest = recording(tmp_path / "r.zst", run_._replace(obligations=run_.obligations[1:]))
    found = audited(rest, "--notifications", lines, "--limit", "30d")
    assert [one["kind"] for one in found.wrong] == ["missing"]


@pytest.mark.parametrize("first", [True, False])
def test_an_obligation_with_two_contents(first: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a parameter
    """The wrong one is extra, wherever it stands."""
    run_ = _run_with_duties()
    wrong = run_.obligations[0] | {"due_at": "2031-01-01T00:00:00Z"}
    both = [wrong, *run_.obligations] if first else [*run_.obligations, wrong]
    found = audited(recording(tmp_path / "r.zst", run_._replace(obligations=both)), "--limit=30d")
    assert [one["kind"] for one in found.wrong] == ["extra"]


def test_a_duty_done_that_says_not_when(tmp_path: Path) -> None:
    """An obligation that cannot be read is named, with file and line."""
    run_ = _run_with_duties()
    wrong = run_.obligations[0] | {"state": "done", "in_time": False, "submitted": None}
    found = audited(
        recording(tmp_path / "r.zst", run_._replace(obligations=[wrong, *run_.obligations[1:]]))
    )
    assert found.code == 2
    assert "obligations/0@0" in found.err


def test_what_is_read_is_not_written_over(tmp_path: Path) -> None:
    """The inventory is an input, too; and what --repeat would not heed is refused."""
    alarms, said = _said(tmp_path)
    named: list[str | Path] = ["--notifications", _lines(tmp_path / "n", said)]
    inventory = _lines(tmp_path / "inventory.jsonl", [])
    found = run("audit", alarms, *named, "--inventory", inventory, "--html", inventory)
    assert (found.code, inventory.read_bytes()) == (2, b"")
    manifest = tmp_path / "m.json"
    assert run("audit", alarms, *named, "--manifest", manifest).code == 0
    assert run("audit", "--repeat", manifest).code == 0
    for more in (["--limit", "1s"], ["--reading", "literal"], ["--strict"], ["--policy", "p"]):
        assert run("audit", "--repeat", manifest, *more).code == 2
