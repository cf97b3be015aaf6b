"""What the tests of reports share: the command, the cases, and a story with known numbers."""

import gc
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final
from unittest.mock import patch

import typer
from replay.running import Json, alarm, hit, jsonl
from typer.testing import CliRunner, Result

from monitor.cli.report import report
from monitor.packs.loading import load_packs
from monitor.packs.model import Pack

HERE: Final = Path(__file__).parent
GOLDEN: Final = HERE.parent / "golden"

app: Final = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
app.command()(report)

#: Two areas, repaired in steps: 26,140 and 140 hit in all, at most 26,280 at one time from 08:20.
STORY: Final = (
    alarm("08:00:00", impact=hit(26_140, "fixed_internet", "k1"), probable_cause="lossOfSignal"),
    alarm("08:20:00", alarm_id="2", element="e1", impact=hit(140, "mobile_internet", "k2")),
    alarm("08:25:00", alarm_id="3", element="e1", impact=hit(9_000, "fixed_internet", "k1")),
    alarm("08:40:00", "change", impact=hit(20_000, "fixed_internet", "k1")),
    alarm("10:00:00", "clear"),
    alarm("10:00:00", "clear", alarm_id="2"),
    alarm("10:30:00", "clear", alarm_id="3"),
)


@cache
def _packs(directories: tuple[Path, ...]) -> list[Pack]:
    return load_packs(directories)


def _packs_once(directories: Sequence[Path]) -> list[Pack]:
    return _packs(tuple(directories))


def run(*arguments: str | Path) -> Result:
    """Run the command in this process; it never ends in a traceback."""
    try:
        with patch("monitor.cli.report.load_packs", _packs_once):
            result = CliRunner().invoke(app, [str(a) for a in arguments])
    finally:
        gc.enable()  # the command runs without
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def drafted(*arguments: str | Path) -> bytes:
    """Return what a report that ends well writes."""
    result = run(*arguments)
    assert result.exit_code == 0, result.stderr
    return result.stdout_bytes


def text(*arguments: str | Path) -> str:
    """Return a report as text."""
    return drafted(*arguments).decode()


def data(*arguments: str | Path) -> Json:
    """Return a report as JSON."""
    found: Json = json.loads(drafted(*arguments, "--format", "json"))
    return found


def refused(*arguments: str | Path, end: int = 2) -> str:
    """Return the sentence with which the command refuses."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (end, ""), result.stderr
    (sentence,) = [s for s in result.stderr.splitlines() if s.startswith("error: ")]
    return sentence


def story(path: Path, *events: Json | bytes) -> Path:
    """Write alarms into a file; those of the story if none are given."""
    file = path / "a.jsonl"
    file.write_bytes(jsonl(*(events or STORY)))
    return file
