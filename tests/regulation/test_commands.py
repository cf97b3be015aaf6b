"""Each command on the pages is run, and prints what the page shows."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from regulation.pages import FOLDER, ROOT, Command, Page, holds

COMMANDS = [
    (file.name, command)
    for file in sorted(FOLDER.glob("*.md"))
    for command in Page(file.name).commands()
]
ENVIRONMENT = os.environ | {
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    "COLUMNS": "100",
    "NO_COLOR": "1",
}


@pytest.mark.parametrize(("page", "command"), COMMANDS)
def test_a_command_prints_what_is_shown(page: str, command: Command) -> None:
    """Piece by piece, each without gaps, in this order."""
    done = subprocess.run(
        ["bash", "-c", command.line], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, (page, done.stderr)
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    for piece in command.printed:
        end = holds(lines, piece)
        assert end is not None, (page, "\n".join(piece), done.stdout)
        lines = lines[end:]


def test_there_are_commands() -> None:
    """Each page with a case has one."""
    assert len({page for page, _ in COMMANDS}) == 5
