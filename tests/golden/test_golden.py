"""Every golden case, run with the command line and compared with what must come of it."""

import gc
import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from typer.testing import CliRunner

from monitor.__main__ import command_line

from . import make_wireless

HERE = Path(__file__).parent
SECTIONS = ("title", "facts", "assumptions", "unknown", "sources", "options")


class Case(NamedTuple):
    """One variant of a case: what goes in, and where it is said what must come out."""

    folder: Path
    data: Path
    options: dict[str, Any]
    suffix: str

    @property
    def by_hand(self) -> Path:
        """What was written by hand from the law."""
        return self.folder / f"expected{self.suffix}.yaml"

    @property
    def kept(self) -> Path:
        """What the product once wrote."""
        return self.folder / f"expected{self.suffix}.jsonl"


def described(folder: Path) -> dict[str, Any]:
    """Return the description of a case."""
    found: dict[str, Any] = yaml.safe_load((folder / "case.yaml").read_text("utf-8"))
    return found


def variants(folder: Path) -> Iterator[Case]:
    """Yield the variants of a case, or the case itself if it has none."""
    case = described(folder)
    for name, variant in case.get("variants", {"": {}}).items():
        suffix = f"-{name}" if name else ""
        data = folder / variant["input"] if "input" in variant else one(folder, f"input{suffix}")
        yield Case(folder, data, case["options"] | variant.get("options", {}), suffix)


def one(folder: Path, stem: str) -> Path:
    """Return the only file of this name, compressed or not."""
    found = sorted(folder.glob(f"{stem}.jsonl*"))
    assert len(found) == 1, (folder.name, stem, found)
    return found[0]


FOLDERS = sorted(path.parent for path in HERE.glob("*/case.yaml"))
CASES = [case for folder in FOLDERS for case in variants(folder)]


def arguments(case: Case, out: Path) -> list[str]:
    """Return what to type to replay a case."""
    found = ["replay", str(case.data), "--strict", "--out", str(out)]
    for name in ("reading", "merge_gap", "until"):
        if case.options.get(name) is not None:
            found += [f"--{name.replace('_', '-')}", case.options[name]]
    if (inventory := case.folder / "inventory.jsonl").exists():
        found += ["--inventory", str(inventory)]
    return found


def replayed(case: Case, out: Path) -> list[dict[str, Any]]:
    """Replay a case with the command line."""
    done = CliRunner().invoke(command_line("replay"), arguments(case, out))
    # The command frees nothing on its way out, as it ends the process; the tests go on.
    gc.enable()
    assert done.exit_code == 0, done.output
    return lines(out)


def lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def crossing(found: dict[str, Any]) -> tuple[str, str, str]:
    """Return rule, cell and time of a crossing, comparable and in any order."""
    cell = {name: value for name, value in found["cell"].items() if value != ""}
    if cell.get("target", "") is None:
        del cell["target"]
    return found["rule"], json.dumps(cell, sort_keys=True), found["crossed_at"]


def in_full(found: dict[str, Any]) -> dict[str, Any]:
    """Return what of a kept line does not change when a sentence or another rule is edited."""
    names = ("type", "initial", "rule", "cell", "outage_id", "crossed_at", "affected", "planned")
    return {name: found[name] for name in names}


def name_of(case: Case) -> str:
    """Return the name of a case for reports."""
    return case.folder.name + case.suffix


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_case(case: Case, tmp_path: Path) -> None:
    """A replay of the case gives exactly the crossings that it must give."""
    found = replayed(case, tmp_path / "out.jsonl")
    if case.by_hand.exists():
        expected = yaml.safe_load(case.by_hand.read_text("utf-8"))
        assert sorted(map(crossing, found)) == sorted(map(crossing, expected))
    if case.kept.exists():
        assert list(map(in_full, found)) == list(map(in_full, lines(case.kept)))


def test_local_time_zone_does_not_matter(tmp_path: Path) -> None:
    """A machine in a zone that nobody expects writes the same bytes."""
    case = next(variants(HERE / "proximus-2021-01-08"))
    for zone in ("UTC", "Asia/Kathmandu"):
        command = [sys.executable, "-m", "monitor", *arguments(case, tmp_path / f"{zone[:3]}")]
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "TZ": zone})
    assert (tmp_path / "UTC").read_bytes() == (tmp_path / "Asi").read_bytes() != b""


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_case_has_an_expectation(case: Case) -> None:
    """Every variant says what must come of it, by hand or by a kept output."""
    assert case.by_hand.exists() or case.kept.exists()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_case_is_described(folder: Path) -> None:
    """A case keeps facts, assumptions and the unknown apart, and names its sources."""
    case = described(folder)
    assert all(case[section] for section in SECTIONS)
    assert all(source["title"] and source["address"] for source in case["sources"])


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_file_is_left_over(folder: Path) -> None:
    """Every input and every expectation in a folder belongs to a variant."""
    cases = list(variants(folder))
    known = {path for case in cases for path in (case.data, case.by_hand, case.kept)}
    assert {p for stem in ("input", "expected") for p in folder.glob(f"{stem}*")} <= known


def test_wireless_is_made_from_its_source(tmp_path: Path) -> None:
    """The converter makes from the source what lies in the folder, and no alarm is lost."""
    make_wireless.main(tmp_path)
    folder = HERE / "wireless"
    made = gzip.decompress((tmp_path / "input.jsonl.gz").read_bytes())
    assert made == gzip.decompress((folder / "input.jsonl.gz").read_bytes())
    assert (tmp_path / "inventory.jsonl").read_bytes() == (folder / "inventory.jsonl").read_bytes()
    alarms = {(e["source"], e["alarm_id"]) for e in map(json.loads, made.splitlines())}
    assert len(alarms) == len(make_wireless.rows()) == 34838
    assert made.count(b"\n") == 2 * len(alarms)
