"""Which outage is explained, and what is said when there is none."""

from pathlib import Path

import pytest
from replay.running import alarm, hit, refused, run, written

from .cases import SHORT, facts

TWICE = (*SHORT, alarm("12:00:00", impact=hit(1)), alarm("12:00:00", element="e2"))
FIRST, SECOND = "BE/e1@2026-03-14T08:00:00Z", "BE/e1@2026-03-14T12:00:00Z"


def test_by_key_and_by_id(tmp_path: Path) -> None:
    """A key asks for all its outages, an id for one of them."""

    def ids(*options: str) -> list[str]:
        return [o["outage_id"] for f in facts(tmp_path, TWICE, *options) for o in f["outages"]]

    assert ids() == ids("--outage", "BE/e1") == [FIRST, SECOND]
    assert ids("--outage", FIRST) == [FIRST]
    assert ids("--outage", SECOND) == [SECOND]
    assert ids("--outage", "BE/e2") == []


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_an_unknown_key_names_those_there_are(tmp_path: Path, options: tuple[str, ...]) -> None:
    """An unknown key ends with 2, and names the keys of the input."""
    file = written(tmp_path / "a.jsonl", *TWICE)
    for wrong in ("BE/x", "e1", "", "BE/x@2026-03-14T08:00:00Z"):
        sentence = refused("explain", file, "--outage", wrong, *options)
        assert f"there is no outage key {wrong}; the input has: BE/e1, BE/e2" in sentence


def test_an_unknown_id_names_those_there_are(tmp_path: Path) -> None:
    """An id that no outage of its key has ends with 2, and names the ids of the key."""
    file = written(tmp_path / "a.jsonl", *TWICE)
    sentence = refused("explain", file, "--outage", "BE/e1@2026-03-14T09:00:00Z")
    assert sentence.endswith(f"it has: {FIRST}, {SECOND}")
    sentence = refused("explain", file, "--outage", "BE/e2@2026-03-14T09:00:00Z")
    assert sentence.endswith("it has: none")


def test_many_keys_are_not_all_named(tmp_path: Path) -> None:
    """The first ten keys are named, and that there are more."""
    events = [alarm("08:00:00", element=f"e{i:02d}") for i in range(12)]
    sentence = refused("explain", written(tmp_path / "a.jsonl", *events), "--outage", "x")
    assert sentence.endswith("BE/e08, BE/e09, …")


def test_a_key_that_looks_like_an_id(tmp_path: Path) -> None:
    """A key that holds an @ is found as a key first, and its outages by their ids."""
    odd = "e1@2026-03-14T08:00:00Z"
    events = (*SHORT, alarm("08:00:00", element=odd, alarm_id="9", impact=hit(1)))
    for asked in (f"BE/{odd}", f"BE/{odd}@2026-03-14T08:00:00Z"):
        (found,) = facts(tmp_path, events, "--outage", asked)
        assert found["outage_key"] == f"BE/{odd}"
        assert len(found["outages"]) == 1


def test_no_alarm_at_all(tmp_path: Path) -> None:
    """Without alarms there is nothing to explain: that is said, and is no mistake."""
    result = run("explain", written(tmp_path / "a.jsonl"))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "nothing to explain" in result.stderr
    assert "the input has: no alarm" in refused("explain", tmp_path / "a.jsonl", "--outage", "x")


def test_lines_that_could_not_be_used_are_told(tmp_path: Path) -> None:
    """An explanation of part of the lines says so, with the reasons."""
    result = run("explain", written(tmp_path / "a.jsonl", *SHORT, b"oops", b"[]", b"{"))
    assert result.exit_code == 0
    assert (
        "warning: lines that could not be used: 1 not_an_object, 2 not_json; "
        "`replay --rejects FILE` shows them\n"
    ) in result.stderr


def test_all_history_is_kept(tmp_path: Path) -> None:
    """An outage long before the horizon of the last event is explained in full."""
    later = alarm("2026-05-14T08:00:00Z", element="e2")
    found = facts(tmp_path, (*SHORT, later), "--outage", "BE/e1", "--lateness-horizon", "1h")
    assert [o["outage_id"] for f in found for o in f["outages"]] == [FIRST]


def test_later_events_are_not_read(tmp_path: Path) -> None:
    """With --until the explanation is as known then."""
    (found,) = facts(tmp_path, SHORT, "--until", "2026-03-14T08:30:00Z")
    assert found["clock"] == "2026-03-14T08:30:00Z"
    assert found["outages"][0]["end"] is None


def test_keys_without_an_outage_share_one_explanation(tmp_path: Path) -> None:
    """A hundred silent keys are told in one paragraph, after those with an outage."""
    events = [
        {"source": "s", "alarm_id": str(i), "action": "raise", "element": f"e{i}",
         "country": "BE", "event_time": "2026-03-14T08:00:00Z"}
        for i in range(100)
    ]  # fmt: skip
    out = run("explain", written(tmp_path / "a.jsonl", *events)).stdout
    assert out.count("NOTHING TO NOTIFY") == 1
    assert "100 outage keys (BE/e0, BE/e1, BE/e10 and 97 more)" in out
    assert "100 alarms were seen; 100 still active." in out
