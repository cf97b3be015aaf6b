"""Generated objects as files, and what the command line makes of them."""

import gc
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import typer
from typer.testing import CliRunner, Result

from monitor.cli.replay import replay
from monitor.cli.simulate import simulate
from monitor.formats.instant import time_us
from monitor.simulate.network import inventory
from monitor.simulate.scenarios import SCENARIOS
from monitor.simulate.stream import generate

START_US = time_us("2026-03-14T08:00:00Z")

_app = typer.Typer()
_app.command()(replay)
_app.command()(simulate)


def line(found: Mapping[str, Any]) -> bytes:
    """Return an object as it stands in a file."""
    return msgspec.json.encode(found)


def stream(scenario: str, seed: int = 1, **options: int) -> list[dict[str, Any]]:
    """Return the events of a scenario."""
    chosen = SCENARIOS[scenario]
    full = {"duration_us": chosen.duration_us, "alarms": chosen.alarms} | options
    return list(generate(scenario, seed=seed, start_us=START_US, **full))


def run(*arguments: str) -> Result:
    """Run the command line."""
    result = CliRunner().invoke(_app, arguments)
    # A replay frees nothing on its way out, as it ends the process; the tests go on.
    gc.enable()
    return result


def crossings(events: Iterable[Mapping[str, Any]], folder: Path, seed: int = 1) -> list[list[str]]:
    """Replay events strictly; return time, outage key, rule and cell of each crossing."""
    (folder / "in.jsonl").write_bytes(b"\n".join(map(line, events)))
    (folder / "inventory.jsonl").write_bytes(b"\n".join(map(line, inventory(seed))))
    arguments = ["--inventory", str(folder / "inventory.jsonl"), "-o", str(folder / "out.jsonl")]
    result = run("replay", str(folder / "in.jsonl"), "--strict", *arguments)
    assert result.exit_code == 0, result.output
    found = map(json.loads, (folder / "out.jsonl").read_text("utf-8").splitlines())
    return [
        [f["crossed_at"][11:19], f["outage_key"], f["rule"], *map(str, f["cell"].values())]
        for f in found
    ]
