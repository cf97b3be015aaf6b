"""`outage-monitor simulate` into files."""

import gzip
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from monitor.simulate.network import inventory
from monitor.simulate.scenarios import SCENARIOS

from .lines import line, run, stream

SMALL = ("simulate", "--scenario", "storm", "--alarms", "200", "--duration", "1h")


def unzstd(data: bytes) -> bytes:
    """Unpack a whole zstandard stream."""
    with zstandard.ZstdDecompressor().stream_reader(data) as reader:
        return reader.read()


def lines_of_small() -> bytes:
    """Return what SMALL writes."""
    events = stream("storm", alarms=200, duration_us=3_600_000_000)
    return b"".join(line(event) + b"\n" for event in events)


def test_stdout_by_default() -> None:
    """Without a file the stream goes to standard output, and only the stream."""
    assert run(*SMALL).stdout_bytes == lines_of_small()


@pytest.mark.parametrize(
    ("ending", "unpack"), [("", bytes), (".gz", gzip.decompress), (".zst", unzstd)]
)
def test_compressed_by_ending(
    ending: str, unpack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    """The ending of a file says how it is packed; the same seed gives the same bytes."""
    files = [tmp_path / f"{name}.jsonl{ending}" for name in "ab"]
    for file in files:
        assert run(*SMALL, "-o", str(file)).exit_code == 0
    assert unpack(files[0].read_bytes()) == lines_of_small()
    assert files[0].read_bytes() == files[1].read_bytes()


def test_inventory_is_written(tmp_path: Path) -> None:
    """The inventory that belongs to the seed can be written beside the stream."""
    file = tmp_path / "inventory.jsonl"
    assert run(*SMALL, "--seed", "7", "--inventory-out", str(file)).exit_code == 0
    assert file.read_bytes() == b"".join(line(record) + b"\n" for record in inventory(7))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_scenario_is_offered(scenario: str) -> None:
    """Every scenario can be asked for by name, and few alarms are no mistake."""
    assert run("simulate", "--scenario", scenario, "--alarms", "30").exit_code == 0


def test_start_moves_the_stream() -> None:
    """Times are counted from --start, and its offset is understood."""
    shifted = run(*SMALL, "--start", "2026-03-15T09:00:00+01:00").stdout
    assert shifted == run(*SMALL).stdout.replace("2026-03-14T", "2026-03-15T")


@pytest.mark.parametrize(
    "wrong",
    [
        ["--scenario", "calm"],
        ["--duration", "soon"],
        ["--start", "2026-03-14"],
        ["--alarms", "-1"],
        ["--rate", "5"],
        ["--to-kafka", "127.0.0.1:1", "--rate", "5", "--speed", "2"],
        ["-o", "no/such/folder/file.jsonl"],
    ],
)
def test_mistakes_are_told(wrong: list[str]) -> None:
    """A mistake on the command line ends with code 2 and a sentence, not a traceback."""
    result = run("simulate", *wrong)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_nobody_there() -> None:
    """A broker that does not answer ends with code 3."""
    assert run(*SMALL, "--to-kafka", "127.0.0.1:1").exit_code == 3


def test_hash_seed_does_not_matter() -> None:
    """Another process, with other hashes of strings, writes the same bytes."""
    code = (
        "import msgspec, sys; from monitor.simulate.stream import generate\n"
        "for e in generate('storm', seed=1, start_us=0, duration_us=10**9, alarms=300):\n"
        "    sys.stdout.buffer.write(msgspec.json.encode(e))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
