"""What a replay writes: every field, the order, and the same bytes each time."""

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

from .running import alarm, by, crossed, hit, run, said, written

#: One outage in Belgium by users, one in Austria by an effect and by users.
STORM = (
    alarm("08:00:00", impact=[*hit(20_000), *hit(6_140, "fixed_internet", "k2")], planned=True),
    alarm("08:30:00", "change", impact=hit(10_000)),
    alarm(
        "08:30:00.5", alarm_id="2", element="at1", country="AT", impact=hit(500_001),
        effects=[{"kind": "psap_unavailable", "target": "Wien"}],
    ),
    alarm("09:00:00", "clear"),
)  # fmt: skip

FIELDS = [
    "crossing_id", "revision", "type", "initial", "authority", "policy", "rule", "cell", "service",
    "outage_id", "outage_key", "country", "first_onset", "crossed_at", "detected_at", "affected",
    "reading", "literal_met", "reason", "planned", "input_complete", "policy_set", "obligations",
]  # fmt: skip


def _named(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def test_every_field(tmp_path: Path) -> None:
    """A crossing by time of a rule over several services, field by field."""
    (*_, found) = said(written(tmp_path / "a.jsonl", *STORM))
    assert list(found) == FIELDS
    policy_set, reason = found.pop("policy_set"), found.pop("reason")
    assert len(policy_set) == 64
    assert reason == (
        "BIPT must be notified: 26,140 end-users so far (all services, 20,000 of them of mobile "
        "internet; 10,000 at that moment), at least 25,000 for at least 1 h; "
        "outage BE/e1, since 2026-03-14T08:00:00Z."
    )
    assert found == {
        "crossing_id": _named("BE/e1@2026-03-14T08:00:00Z|be.bipt.users|PT1H|25000"),
        "revision": 0,
        "type": "required",
        "initial": True,
        "authority": "BIPT",
        "policy": "be.bipt",
        "rule": "be.bipt.users",
        "cell": {"duration": "PT1H", "end_users": 25_000},
        "service": None,
        "outage_id": "BE/e1@2026-03-14T08:00:00Z",
        "outage_key": "BE/e1",
        "country": "BE",
        "first_onset": "2026-03-14T08:00:00Z",
        "crossed_at": "2026-03-14T09:00:00Z",
        "detected_at": "2026-03-14T09:00:00Z",
        "affected": {
            "fixed_telephony": {"cautious": 0, "literal": 0},
            "mobile_telephony": {"cautious": 0, "literal": 0},
            "fixed_internet": {"cautious": 6_140, "literal": 0},
            "mobile_internet": {"cautious": 20_000, "literal": 10_000},
        },
        "reading": "cautious",
        "literal_met": False,
        "planned": True,
        "input_complete": True,
        "obligations": [
            _named(f"BE/e1@2026-03-14T08:00:00Z|BIPT|be.bipt.{step}|BIPT")
            for step in ("brief_notice", "full_notification")
        ],
    }


def test_effects_and_counts_of_one_instant(tmp_path: Path) -> None:
    """An effect has its kind and target as cell; at one instant the rule's name decides."""
    users, psap, _ = said(written(tmp_path / "a.jsonl", *STORM))
    outage = "AT/at1@2026-03-14T08:30:00.500000Z"
    assert (users["rule"], psap["rule"]) == ("at.rtr.mobile_internet", "at.rtr.psap_unavailable")
    assert users["cell"] == {"duration": None, "end_users": 500_000}
    assert users["service"] == "mobile_internet"
    assert users["crossing_id"] == _named(f"{outage}|at.rtr.mobile_internet|any|500000")
    assert psap["cell"] == {"effect": "psap_unavailable", "target": "Wien"}
    assert psap["crossing_id"] == _named(f"{outage}|at.rtr.psap_unavailable|psap_unavailable|Wien")
    assert psap["outage_id"] == users["outage_id"] == outage
    assert psap["affected"] == {}
    assert psap["literal_met"] is True
    assert (psap["service"], psap["planned"]) == (None, False)
    assert [users["initial"], psap["initial"]].count(True) >= 1


def test_a_breach_has_no_target(tmp_path: Path) -> None:
    """A breach of personal data is a cell without target."""
    effects = [{"kind": "personal_data_breach", "target": "ignored"}]
    (found,) = said(written(tmp_path / "a.jsonl", alarm("08:00:00", effects=effects)))
    assert found["cell"] == {"effect": "personal_data_breach", "target": None}
    assert found["crossing_id"] == _named(
        "BE/e1@2026-03-14T08:00:00Z|be.dpa.breach|personal_data_breach|"
    )


def test_the_order(tmp_path: Path) -> None:
    """By time, then outage, then rule, then the cell's place; the later cells are updates."""
    effects = [
        {"kind": "psap_unavailable", "target": "b"},
        {"kind": "psap_unavailable", "target": "a"},
        {"kind": "emergency_number_unreachable", "target": "112"},
    ]
    both = [*hit(500_001), *hit(500_001, "fixed_internet")]
    events = [
        alarm("08:00:00", element=element, alarm_id=element, country="AT", impact=both,
              effects=effects)
        for element in ("e2", "e10", "E3")
    ]  # fmt: skip
    found = said(written(tmp_path / "a.jsonl", *events), "--until", "2026-03-14T17:00:00Z")
    keys = [
        (n["crossed_at"], n["outage_id"], n["rule"], n["cell"].get("target") or "") for n in found
    ]
    assert keys == sorted(keys)
    first = [n for n in found if n["outage_key"] == "AT/E3"]
    assert [n["rule"].removeprefix("at.rtr.") for n in first[:5]] == [
        "emergency_number", "fixed_internet", "mobile_internet", "psap_unavailable",
        "psap_unavailable",
    ]  # fmt: skip
    later = [n["cell"]["duration"] for n in first[5:] if n["rule"] == "at.rtr.mobile_internet"]
    assert later == ["PT1H", "PT2H", "PT4H", "PT6H", "PT8H"]
    assert not any(n["initial"] for n in first[5:])


def test_cells_of_one_rule_at_one_instant_stand_as_in_the_pack(tmp_path: Path) -> None:
    """Many people hit after long hours cross several cells at once, in the pack's order."""
    file = written(
        tmp_path / "a.jsonl",
        alarm("00:00:00", country="AT", impact=hit(1)),
        alarm("09:00:00", "change", country="AT", impact=hit(500_001)),
    )
    assert [n["cell"]["duration"] for n in said(file)] == [
        None, "PT1H", "PT2H", "PT4H", "PT6H", "PT8H",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("end_users", "end", "expected"),
    [
        (25_000, "11:00:00", [("be.bipt.users", "11:00:00Z")]),
        (25_000, "10:59:59", []),
        (25_000, "10:59:59.999999", []),
        (24_999, "12:00:00", []),
    ],
)
def test_the_edges_of_the_belgian_rule(
    tmp_path: Path, end_users: int, end: str, expected: list[tuple[str, str]]
) -> None:
    """25,000 for exactly one hour are enough; one second or one end-user less is not."""
    events = alarm("10:00:00", impact=hit(end_users)), alarm(end, "clear")
    assert crossed(written(tmp_path / "a.jsonl", *events)) == expected


@pytest.mark.parametrize(
    ("end_users", "end", "cells"),
    [(50_001, "08:00:00", []), (50_001, "08:00:01", ["PT8H"]), (50_000, "15:00:00", [])],
)
def test_the_edges_of_the_austrian_table(
    tmp_path: Path, end_users: int, end: str, cells: list[str]
) -> None:
    """More than 50,000 for more than 8 h; the crossing then stands at exactly 8 h."""
    events = [
        alarm("00:00:00", country="AT", impact=hit(end_users)), alarm(end, "clear", country="AT")
    ]  # fmt: skip
    found = said(written(tmp_path / "a.jsonl", *events))
    assert [n["cell"]["duration"] for n in found] == cells
    assert {n["crossed_at"] for n in found} <= {"2026-03-14T08:00:00Z"}


def test_a_file_gets_what_standard_output_gets(tmp_path: Path) -> None:
    """With -o the same bytes go to a file, and nothing to standard output."""
    file, out = written(tmp_path / "a.jsonl", *STORM), tmp_path / "out.jsonl"
    to_file = run("replay", file, "-o", out)
    assert to_file.stdout_bytes == b""
    assert out.read_bytes() == run("replay", file).stdout_bytes != b""


def test_a_hyphen_is_standard_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is standard input where a file is read; no file of that name is made."""
    monkeypatch.chdir(tmp_path)
    file = written(tmp_path / "a.jsonl", *STORM)
    assert run("replay", file, "-o", "-").stdout_bytes == run("replay", file).stdout_bytes != b""
    assert not Path("-").exists()


def test_standard_output_is_data_alone(tmp_path: Path) -> None:
    """What a person reads is on standard error, in words that add up."""
    result = run("replay", written(tmp_path / "a.jsonl", *STORM, b"oops"))
    assert all(json.loads(line) for line in result.stdout.splitlines())
    rows = [" ".join(line.split()) for line in result.stderr.splitlines()]
    assert rows == [
        "lines read 5",
        "rejected: not_json 1",
        "outages 2",
        "crossings: BIPT, be.bipt.users 1",
        "crossings: RTR, at.rtr.mobile_internet 1",
        "crossings: RTR, at.rtr.psap_unavailable 1",
    ]


def test_nothing_to_say(tmp_path: Path) -> None:
    """A file without lines is no mistake: nothing is written, and the summary says none."""
    result = run("replay", written(tmp_path / "a.jsonl"))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "crossings none" in " ".join(result.stderr.split())


def test_the_same_bytes_whatever_the_process(tmp_path: Path) -> None:
    """Another process with another order of hashes writes the same bytes, both ways to replay."""
    services = ("fixed_internet", "mobile_internet", "fixed_telephony", "mobile_telephony")
    events = [
        alarm(f"08:{i % 60:02d}:00", alarm_id=f"{i}", element=f"e{i % 9}", country=country,
              impact=[entry for s in services for entry in hit(90_000 * (i % 7), s, f"k{i % 5}")],
              effects=[{"kind": "interconnection", "target": f"t{i % 3}"}])
        for i in range(120)
        for country in ("BE", "AT")
    ]  # fmt: skip
    file = written(tmp_path / "a.jsonl", *events)
    program = "import typer; from monitor.cli.replay import replay; typer.run(replay)"
    for options in ([], ["--as-received"]):
        arguments = [str(file), "--until", "2026-03-15T08:00:00Z", *options]
        here = run("replay", *arguments).stdout_bytes
        assert len(here.splitlines()) > 50
        env: dict[str, Any] = os.environ | {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo"}
        other = subprocess.run(
            [sys.executable, "-c", program, *arguments], capture_output=True, check=True, env=env
        )
        assert other.stdout == here


def test_correct_by_tuple(tmp_path: Path) -> None:
    """Detection in a replay is the crossing itself."""
    found = said(written(tmp_path / "a.jsonl", *STORM))
    assert all(a == b for a, b in by(found, "crossed_at", "detected_at"))
    assert by(found, "revision", "type") == [(0, "required")] * 3
