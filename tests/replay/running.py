"""What the tests of the commands share: small streams of alarms, and the commands themselves."""

import gc
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import typer
from typer.testing import CliRunner, Result

from monitor.cli.explain import explain
from monitor.cli.replay import replay
from monitor.core.law import Law
from monitor.packs.loading import load_law

Json = dict[str, Any]

app: Final = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
app.command()(replay)
app.command()(explain)

#: The day of all the small streams.
DAY: Final = "2026-03-14"


def alarm(time: str, action: str = "raise", **fields: object) -> Json:
    """Return one alarm event at a time of the day (or a full time), BE unless said otherwise."""
    when = time if "T" in time else f"{DAY}T{time}Z"
    plain = {"source": "s", "alarm_id": "1", "element": "e1", "country": "BE"}
    return plain | {"action": action, "event_time": when} | fields


def hit(end_users: int, service: str = "mobile_internet", area: str = "k1") -> list[Json]:
    """Return an impact of one service and area."""
    return [{"service": service, "area": area, "end_users": end_users}]


def jsonl(*events: Json | bytes) -> bytes:
    """Return lines of JSON; bytes stand as they are."""
    return b"".join((e if isinstance(e, bytes) else json.dumps(e).encode()) + b"\n" for e in events)


def written(path: Path, *events: Json | bytes) -> Path:
    """Write lines of JSON into a file."""
    path.write_bytes(jsonl(*events))
    return path


@cache
def _law(directories: tuple[Path, ...], designations: tuple[str, ...]) -> Law:
    return load_law(directories, designations)


def _law_once(directories: Sequence[Path], designations: Sequence[str] = ()) -> Law:
    """Read each set of packs once for all tests: that takes longer than most replays."""
    return _law(tuple(directories), tuple(designations))


def run(*arguments: str | Path, stdin: bytes = b"") -> Result:
    """Run a command in this process; none may ever end in a traceback."""
    try:
        with patch("monitor.cli.common.load_law", _law_once):
            result = CliRunner().invoke(app, [str(a) for a in arguments], input=stdin)
    finally:
        gc.enable()  # the commands run without
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def said(*arguments: str | Path, stdin: bytes = b"") -> list[Json]:
    """Return what a replay that ends well writes."""
    result = run("replay", *arguments, stdin=stdin)
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout_bytes.splitlines()]


def crossed(*arguments: str | Path, stdin: bytes = b"") -> list[tuple[str, str]]:
    """Return (rule, time of the day) of each crossing that a replay writes."""
    found = said(*arguments, stdin=stdin)
    return [(n["rule"], n["crossed_at"].removeprefix(f"{DAY}T")) for n in found]


def refused(*arguments: str | Path, stdin: bytes = b"", end: int = 2) -> str:
    """Return the one sentence with which a command refuses."""
    result = run(*arguments, stdin=stdin)
    assert result.exit_code == end, result.stderr
    assert result.stdout == ""
    (sentence,) = [s for s in result.stderr.splitlines() if s.startswith("error: ")]
    return sentence


def by(found: list[Json], *names: str) -> list[tuple[Any, ...]]:
    """Return some fields of each notification."""
    return [tuple(n.get(name) for name in names) for n in found]
