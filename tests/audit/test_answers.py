"""The answer: by which rules, beside others, in every form, the same from several processes."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from properties.agreement import case

from audit.running import audited, run
from audit.taped import Live, live, recording

_LIMIT = ("--limit", "4000d")


def _run() -> Live:
    """Return a run by the cautious reading in which something was required in Belgium."""
    for seed in range(200):
        if case(seed).reading == "cautious":
            found = live(seed)
            if any(n["rule"] == "be.bipt.users" for n in found.notifications):
                return found
    raise AssertionError


def test_several_processes_are_as_one(tmp_path: Path) -> None:
    """Recorded inputs and files of alarms: any number of jobs gives the same bytes."""
    tape = recording(tmp_path / "r.zst", _run())
    arguments = ("audit", tape, *_LIMIT, "--json", "-")
    one, two = run(*arguments, "--jobs", "1"), run(*arguments, "--jobs", "3")
    assert one.out == two.out != ""
    a = case(11)
    alarms = tmp_path / "a.jsonl"
    alarms.write_text("".join(json.dumps(line) + "\n" for line in a.lines))
    said = tmp_path / "said.jsonl"
    run("replay", alarms, "-o", said)
    files = ("audit", alarms, "--notifications", said, "--json", "-")
    assert run(*files, "--jobs", "1").out == run(*files, "--jobs", "2").out != ""


def test_other_packs_than_those_that_decided(tmp_path: Path) -> None:
    """Where the packs at hand are not those that decided, that is the first finding."""
    run_ = _run()
    text = json.dumps(run_.notifications).replace(
        run_.notifications[0]["policy_set"], "f" * 64
    )  # fmt: skip
    said = tmp_path / "said.jsonl"
    said.write_text("".join(json.dumps(n) + "\n" for n in json.loads(text)))
    alarms = tmp_path / "a.jsonl"
    alarms.write_text("".join(json.dumps(line) + "\n" for line in run_.case.lines))
    found = audited(alarms, "--notifications", said, *_LIMIT)
    assert found.code == 1
    first = found.answer["findings"][0]
    assert first["kind"] == "rules"
    assert "ffff" in first["says"]
    assert "--policy DIR" in first["says"]


def test_what_if_the_other_reading_had_decided(tmp_path: Path) -> None:
    """Asked for on purpose, other rules are no finding of their own; only what they change is."""
    run_ = _run()
    tape = recording(tmp_path / "r.zst", run_)
    found = audited(tape, *_LIMIT, "--reading", "literal")
    assert found.answer["what_if"]
    assert found.answer["mode"] == "what holds in the end"
    assert "rules" not in found.kinds
    beside = audited(tape, *_LIMIT, "--compare", "literal").answer
    differ = [side for side in beside["compared"] if side["here"] != side["there"]]
    assert bool(differ) == bool(found.wrong)
    assert beside["compared_with"]["reading"] == "literal"


def test_a_manifest_repeats_the_audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same files give the same answer bit by bit; another byte in one of them is named."""
    monkeypatch.chdir(tmp_path)
    run_ = _run()
    recording(Path("r.zst"), run_)
    run("audit", "r.zst", *_LIMIT, "--manifest", "m.json", "--jobs", "1")
    again = run("audit", "--repeat", "m.json", "--jobs", "1")
    assert again.code == 0
    assert "the same answer, bit by bit" in again.err
    manifest = json.loads(Path("m.json").read_text())
    assert [p["name"] for p in manifest["files"]] == ["r.zst", "r.zst"]
    assert all(re.fullmatch("[0-9a-f]{64}", p["sha256"]) for p in manifest["packs"])
    recording(Path("r.zst"), run_._replace(notifications=run_.notifications[1:]))
    other = run("audit", "--repeat", "m.json", "--jobs", "1")
    assert other.code == 1
    assert "file r.zst has another content" in other.err
    Path("m.json").write_text(Path("m.json").read_text().replace('"group"', '"incident"'))
    changed = run("audit", "--repeat", "m.json")
    assert changed.code == 2
    assert "was changed after it was written" in changed.err


class _Page(HTMLParser):
    """Notes the tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.loads += [name for name, _ in attrs if name in {"src", "href", "onclick"}]


def test_the_page_loads_and_runs_nothing(tmp_path: Path) -> None:
    """The page holds every finding, escaped; no script, nothing from elsewhere."""
    run_ = _run()
    wrong = run_.notifications[0] | {"authority": "<script>alert(1)</script>"}
    run_ = run_._replace(notifications=[wrong, *run_.notifications[1:]])
    out = tmp_path / "a.html"
    found = audited(recording(tmp_path / "r.zst", run_), *_LIMIT, "--html", out)
    page = _Page()
    page.feed(out.read_text())
    assert not page.tags & {"script", "link", "img", "iframe"}
    assert page.loads == []
    assert "&lt;script&gt;alert(1)" in out.read_text()
    assert all(one["id"] in out.read_text() for one in found.answer["findings"])


def test_bad_input_is_named(tmp_path: Path) -> None:
    """A line that is no notification, a file that is not there: a sentence names it, code 2."""
    alarms = tmp_path / "a.jsonl"
    alarms.write_text("{}\n")
    for content, sentence in (
        ("{}\n[]\n", "said.jsonl:1: is no notification"),
        ("oh\n", "said.jsonl:1: is no JSON object"),
    ):
        said = tmp_path / "said.jsonl"
        said.write_text(content)
        found = run("audit", alarms, "--notifications", said)
        assert (found.code, sentence in found.err) == (2, True), found.err
    assert run("audit", alarms).code == 2
    assert run("audit", tmp_path / "nothing", "--notifications", alarms).code == 2


def test_obligations_are_compared(tmp_path: Path) -> None:
    """A duty that was not published, one altered, one that nothing calls for: each is found."""
    run_ = _run()
    first, second, *others = run_.obligations
    ghost = first | {"obligation_id": "ghost"}
    altered = second | {"due_at": "2027-01-01T00:00:00Z", "state": "due"}
    wrong = run_._replace(obligations=[altered, ghost, *others])
    found = audited(recording(tmp_path / "r.zst", wrong), *_LIMIT)
    ends = {(one["kind"], one["id"]) for one in found.wrong}
    assert ends == {
        ("missing", first["obligation_id"]),
        ("altered", second["obligation_id"]),
        ("extra", "ghost"),
    }
    assert "overdue" in found.kinds
