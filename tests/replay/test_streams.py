"""Replays as a part of a pipeline: what happens to standard output and to named pipes."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from .running import alarm, hit, jsonl, written

SOURCE = """
import typer
from monitor.cli.explain import explain
from monitor.cli.replay import replay
app = typer.Typer(pretty_exceptions_enable=False)
app.command()(replay)
app.command()(explain)
app()
"""
PROGRAM = (sys.executable, "-c", SOURCE)
#: As most people run it: data is written when there is much of it, or at the end.
BUFFERED = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
EVENTS = [
    alarm("08:00:00", alarm_id=f"{i}", element=f"e{i}", country="AT", impact=hit(600_000))
    for i in range(300)
]


@pytest.mark.parametrize("command", ["replay", "explain"])
def test_a_reader_that_has_seen_enough(tmp_path: Path, command: str) -> None:
    """When the reader of standard output goes away, the command ends well and in silence."""
    file = written(tmp_path / "a.jsonl", *EVENTS)
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as out:
        done = subprocess.run(
            [*PROGRAM, command, str(file)],
            stdout=out, stderr=subprocess.PIPE, check=False, env=BUFFERED,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("command", ["replay", "explain"])
def test_standard_output_on_a_full_disk(tmp_path: Path, command: str) -> None:
    """When standard output cannot take the data, the end is 2 and one sentence says so."""
    file = written(tmp_path / "a.jsonl", EVENTS[0])
    with Path("/dev/full").open("wb") as out:
        done = subprocess.run(
            [*PROGRAM, command, str(file)],
            stdout=out, stderr=subprocess.PIPE, check=False, env=BUFFERED,
        )  # fmt: skip
    assert done.returncode == 2
    assert b"error: standard output: cannot be written: No space left on device\n" in done.stderr
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr


def test_a_named_pipe_is_opened_once(tmp_path: Path) -> None:
    """Alarms can come through a named pipe, as from another program that unpacks them."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(jsonl(*EVENTS),), daemon=True)
    writer.start()
    done = subprocess.run(
        [*PROGRAM, "replay", str(pipe)],
        capture_output=True, check=False, timeout=30,
    )  # fmt: skip
    writer.join(timeout=5)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(EVENTS)
