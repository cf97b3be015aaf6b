"""The command: which outage, authority, step, language and format; or what there is instead."""

from pathlib import Path

import pytest
from replay.running import alarm, hit

from .drafting import GOLDEN, STORY, data, drafted, refused, run, story, text

OUTAGE = "BE/e1@2026-03-14T08:00:00Z"


def test_by_key_and_by_id(tmp_path: Path) -> None:
    """A key with one outage and the outage's id mean the same."""
    file = story(tmp_path)
    assert drafted("BE/e1", file) == drafted(OUTAGE, file)


def test_by_an_id_that_it_had(tmp_path: Path) -> None:
    """The id under which it was published finds it, also after a late event moved its start."""
    late = alarm("07:50:00", alarm_id="9", impact=hit(10))
    file = story(tmp_path, STORY[0], late, *STORY[1:])
    found = data(OUTAGE, file)
    assert found["outage_id"] == OUTAGE
    assert found["first_onset"] == "2026-03-14T07:50:00Z"
    assert data("BE/e1@2026-03-14T07:50:00Z", file) == found


def test_an_outage_that_was_absorbed_leads_to_its_heir(tmp_path: Path) -> None:
    """Two outages that a late event joins are one, by either id."""
    file = story(
        tmp_path,
        alarm("08:00:00", impact=hit(30_000)),
        alarm("09:05:00", "clear"),
        alarm("12:00:00", impact=hit(30_000)),
        alarm("13:05:00", "clear"),
        alarm("10:00:00", alarm_id="2", impact=hit(5)),
        alarm("11:30:00", "clear", alarm_id="2"),
    )
    found = data("BE/e1@2026-03-14T12:00:00Z", file)
    assert found["outage_id"] == OUTAGE
    assert found["ended_at"] == "2026-03-14T13:05:00Z"


def test_an_unknown_outage_names_the_nearest(tmp_path: Path) -> None:
    """An unknown key or id ends with 2, and names what is most like it first."""
    others = [
        alarm("08:00:00", element=f"x{i:02d}", alarm_id=f"x{i}", impact=hit(1)) for i in range(30)
    ]
    file = story(tmp_path, *STORY, *others)
    assert "there is no outage BE/e2; the input has: BE/e1, " in refused("BE/e2", file)
    assert refused("BE/x07@2026-03-14T09:00:00Z", file).endswith(
        "it has: BE/x07@2026-03-14T08:00:00Z"
    )
    assert "the input has: no alarm" in refused("BE/e1", story(tmp_path, b""))


def test_a_key_with_several_outages(tmp_path: Path) -> None:
    """A key with two outages asks for one of them, by id."""
    again = alarm("13:00:00", alarm_id="8", impact=hit(1))
    sentence = refused("BE/e1", story(tmp_path, *STORY, again))
    assert f"BE/e1 has 2 outages; name one of: {OUTAGE}, BE/e1@2026-03-14T13:00:00Z" in sentence


def test_a_key_without_an_outage(tmp_path: Path) -> None:
    """Alarms that hit no service make no outage, and that is said."""
    file = story(tmp_path, alarm("08:00:00"))
    assert "none of its 1 alarms hit a service" in refused("BE/e1", file)


def test_nothing_to_notify(tmp_path: Path) -> None:
    """Where nothing was crossed the answer is no (1); a draft for an authority can be had."""
    file = story(tmp_path, alarm("08:00:00", impact=hit(24_999)), alarm("10:00:00", "clear"))
    sentence = refused("BE/e1", file, end=1)
    assert "nothing has to be notified" in sentence
    assert "BIPT" in sentence
    said = text("BE/e1", file, "--authority", "BIPT")
    assert "there is nothing to notify" in said
    assert "not called for by what is known" in said


def test_several_authorities(tmp_path: Path) -> None:
    """With two authorities one must be named; the report names the other one."""
    both = [{"kind": "personal_data_breach"}]
    file = story(tmp_path, *STORY, alarm("08:10:00", alarm_id="4", effects=both))
    assert "BIPT, DPA: name one with --authority" in refused("BE/e1", file)
    assert data("BE/e1", file, "--authority", "DPA")["also_to_be_notified"] == ["BIPT"]
    assert "no rule of XYZ was in force" in refused("BE/e1", file, "--authority", "XYZ")


def test_a_language_that_the_authority_does_not_read(tmp_path: Path) -> None:
    """A language without labels in the pack is refused, with those there are."""
    sentence = refused("BE/e1", story(tmp_path), "--lang", "de")
    assert "the forms of BIPT are in en, fr, nl, not in de" in sentence


def test_the_language_of_the_authority() -> None:
    """Without --lang the language is that of the pack."""
    file = GOLDEN / "magenta-at" / "input-0100-090001-100001.jsonl"
    assert data("AT/packet-core", file)["language"] == "de"


def test_one_step(tmp_path: Path) -> None:
    """A step is named by its own name or its full one; an unknown one names those there are."""
    file = story(tmp_path)
    short = data("BE/e1", file, "--step", "brief_notice")
    assert [notice["step"] for notice in short["notices"]] == ["be.bipt.brief_notice"]
    assert short == data("BE/e1", file, "--step", "be.bipt.brief_notice")
    assert "it has brief_notice, full_notification" in refused("BE/e1", file, "--step", "x")


def test_the_format_follows_the_name(tmp_path: Path) -> None:
    """The name of the output says the format; --format wins."""
    file = story(tmp_path)
    for name, begins in (
        ("r.html", b"<!doctype html>"), ("r.pdf", b"%PDF-"), ("r.json", b"{\n"),
        ("r.md", b"# Outage"), ("r.txt", b"# Outage"),
    ):  # fmt: skip
        drafted("BE/e1", file, "-o", tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(begins), name
    drafted("BE/e1", file, "-o", tmp_path / "r.html", "--format", "md")
    assert (tmp_path / "r.html").read_bytes().startswith(b"# Outage")


def test_an_input_is_never_overwritten(tmp_path: Path) -> None:
    """Neither the report nor the evidence may be written over what is read."""
    file = story(tmp_path)
    for option in ("-o", "--evidence"):
        assert "is an input too" in refused("BE/e1", file, option, file)


def test_as_of_a_time(tmp_path: Path) -> None:
    """With --at later events are not read, and time alone still crosses."""
    found = data("BE/e1", story(tmp_path), "--at", "2026-03-14T09:30:00Z")
    assert found["known_at"] == "2026-03-14T09:30:00Z"
    assert found["ended_at"] is None
    assert [c["crossed_at"] for c in found["crossings"]] == ["2026-03-14T09:00:00Z"]
    before = refused("BE/e1", story(tmp_path), "--at", "2026-03-14T08:59:59Z", end=1)
    assert "nothing has to be notified" in before


def test_lines_that_could_not_be_used_are_told(tmp_path: Path) -> None:
    """A report on part of the lines says so."""
    result = run("BE/e1", story(tmp_path, *STORY, b"oops"))
    assert result.exit_code == 0
    assert "warning: lines that could not be used: 1 not_json" in result.stderr


@pytest.mark.parametrize(
    "wrong",
    [("--at", "noon"), ("--format", "doc"), ("--lang", "it"), ("--designation", "x.y"), ()],
)
def test_bad_usage(tmp_path: Path, wrong: tuple[str, ...]) -> None:
    """Bad usage ends with 2."""
    files = [story(tmp_path)] if wrong else []
    assert run("BE/e1", *files, *wrong).exit_code == 2
