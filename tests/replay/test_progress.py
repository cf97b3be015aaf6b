"""Progress is for a person at a terminal, and never changes what is read."""

from io import StringIO
from pathlib import Path

from rich.console import Console

from monitor.replay.lines import Lines
from monitor.replay.progress import shown

from .running import alarm, written


def _read(file: str, console: Console) -> int:
    source = Lines(file)
    return sum(1 for _ in shown(source, [source], console))


def test_on_a_terminal_rate_and_position_are_shown(tmp_path: Path) -> None:
    """On a terminal the lines read and the rate appear, and all lines pass."""
    file = written(tmp_path / "a.jsonl", *[alarm("08:00:00")] * 10_001)
    out = StringIO()
    assert _read(str(file), Console(file=out, force_terminal=True, width=200)) == 10_001
    assert "10,000 alarms, " in out.getvalue()


def test_elsewhere_nothing_is_shown(tmp_path: Path) -> None:
    """Where nobody looks nothing is written."""
    file = written(tmp_path / "a.jsonl", *[alarm("08:00:00")] * 10_001)
    out = StringIO()
    assert _read(str(file), Console(file=out, force_terminal=False)) == 10_001
    assert out.getvalue() == ""
