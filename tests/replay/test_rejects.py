"""Lines that cannot be used: where they go, and that they disturb nothing."""

import base64
import json
from pathlib import Path

import pytest

from .running import Json, alarm, crossed, hit, run, said, written

RAISE = alarm("08:00:00", impact=[*hit(26_000), {"service": "iptv"}])
CLEAR = alarm("09:30:00", "clear")
WRONG: tuple[tuple[bytes | Json, str], ...] = (
    (b"oops", "not_json"),
    (b"\xff{}, and more of it", "not_utf8"),
    (b"[1]", "not_an_object"),
    (b'{"a": "\xc3\xa9"}', "missing_field"),
    (alarm("08:00:00", country="be"), "bad_value"),
    (alarm("08:00:00", "clear", country=None), "no_key"),
    (b"[" * 100_000, "not_json"),
)


def _rejects(tmp_path: Path, *events: Json | bytes, options: tuple[str, ...] = ()) -> list[Json]:
    file, out = written(tmp_path / "a.jsonl", *events), tmp_path / "rejects.jsonl"
    assert run("replay", file, "--rejects", out, *options).exit_code == 0
    return [json.loads(line) for line in out.read_bytes().splitlines()]


def test_each_reject_has_its_line_reason_and_bytes(tmp_path: Path) -> None:
    """Each line that could not be used is kept whole, as text where it is text."""
    events = [RAISE, *(line for line, _ in WRONG), CLEAR]
    found = _rejects(tmp_path, *events)
    lines = (tmp_path / "a.jsonl").read_bytes().splitlines()
    assert [r["line"] for r in found] == list(range(1, 9))
    assert [r["reason"] for r in found] == ["partly_used", *(reason for _, reason in WRONG)]
    for reject in found:
        assert list(reject)[:4] == ["file", "line", "reason", "detail"]
        assert reject["file"] == str(tmp_path / "a.jsonl")
        assert reject["detail"]
        raw = lines[reject["line"] - 1]
        if reject["reason"] == "not_utf8":
            assert base64.b64decode(reject["raw_base64"]) == raw
            assert "raw" not in reject
        else:
            assert reject["raw"].encode() == raw


def test_rejects_disturb_nothing(tmp_path: Path) -> None:
    """The lines around the bad ones say what they say alone, and the end is well."""
    bad = [line for line, _ in WRONG]
    file = written(tmp_path / "a.jsonl", *bad, RAISE, *bad, CLEAR, *bad)
    assert crossed(file) == [("be.bipt.users", "09:00:00Z")]


@pytest.mark.parametrize(("line", "reason"), [*WRONG, (RAISE, "partly_used")])
def test_strict_ends_with_2(tmp_path: Path, line: bytes | Json, reason: str) -> None:
    """With --strict any line that was not used in full ends with 2; without it all is well."""
    good = alarm("08:00:00", alarm_id="9", country="AT", impact=hit(600_000))
    file = written(tmp_path / "a.jsonl", good, line)
    for options, end in (((), 0), (("--strict",), 2)):
        result = run("replay", file, *options)
        assert result.exit_code == end
        assert len(result.stdout.splitlines()) == 1
        assert f"rejected: {reason}" in result.stderr
        assert ("--strict" in result.stderr) == bool(end)
    assert run("replay", written(file, good), "--strict").exit_code == 0


def test_the_inventory_has_rejects_too(tmp_path: Path) -> None:
    """A bad record of the inventory is kept with the name of its file; the others hold."""
    inventory = written(
        tmp_path / "inventory.jsonl",
        b'{"element": "e1", "country": "AT"}',
        b'{"element": ""}',
        {"element": "e1", "country": "BE", "serves": hit(26_000)},
    )
    found = _rejects(
        tmp_path,
        alarm("08:00:00", country=None),
        options=("--inventory", str(inventory), "--strict", "--until", "2026-03-14T10:00:00Z")[:2],
    )
    assert [(r["file"], r["line"], r["reason"]) for r in found] == [
        (str(inventory), 2, "bad_value")
    ]
    options = ("--inventory", inventory, "--until", "2026-03-14T10:00:00Z")
    assert crossed(tmp_path / "a.jsonl", *options) == [("be.bipt.users", "09:00:00Z")]


def test_rejects_of_several_files(tmp_path: Path) -> None:
    """Each reject names its own file and its own line."""
    a = written(tmp_path / "a", alarm("08:00:00"), b"x")
    b = written(tmp_path / "b", b"y")
    out = tmp_path / "rejects"
    said(a, b, "--rejects", out)
    found = {(r["file"], r["line"]) for r in map(json.loads, out.read_bytes().splitlines())}
    assert found == {(str(a), 2), (str(b), 1)}


def test_without_rejects_the_file_is_empty(tmp_path: Path) -> None:
    """The file is there also if every line could be used."""
    assert _rejects(tmp_path, alarm("08:00:00")) == []
    assert (tmp_path / "rejects.jsonl").exists()


def test_a_clear_without_key_is_an_alarm_at_risk(tmp_path: Path) -> None:
    """A clear that finds no key is shown to the person: its alarm may never be seen to end."""
    lost = [alarm("09:00:00", "clear", country=None, alarm_id=f"{i}") for i in range(9)]
    file = written(tmp_path / "a.jsonl", alarm("08:00:00", country=None), *lost)
    stderr = run("replay", file).stderr
    assert "warning: alarm s/0 is at risk of staying open" in stderr
    assert "s/4" in stderr
    assert "s/5" not in stderr
    assert "4 more" in stderr
    assert stderr.count("at risk") == 6
