"""The commands in docs/audit.md, run as they stand there."""

import os
import re
import subprocess
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_PAGE = (_ROOT / "docs" / "audit.md").read_text("utf-8")
_CODE = re.compile(r"  # (\d)$")


def _commands() -> list[tuple[str, int]]:
    """Return the commands in their order, each with the code that it must end with."""
    blocks = re.findall(r"```sh\n(.*?)```", _PAGE, re.DOTALL)
    found = []
    for line in "".join(blocks).splitlines():
        code = _CODE.search(line)
        found.append((_CODE.sub("", line), int(code[1]) if code else 0))
    return found


@pytest.mark.parametrize("shown", ["clean: every", "missing: 1", "extra: 1", "1 of 4 crossings"])
def test_what_the_page_shows_is_said(shown: str, said: str) -> None:
    """What the page shows of the answers is in the answers."""
    assert shown in _PAGE
    assert shown in said


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Run all commands of the page; return what they said."""
    out = str(tmp_path_factory.mktemp("page"))
    path = f"{_ROOT / '.venv' / 'bin'}:{os.environ['PATH']}"
    words = []
    for command, code in _commands():
        done = subprocess.run(
            ["sh", "-c", command], cwd=_ROOT, env={**os.environ, "OUT": out, "PATH": path},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, (command, done.stdout, done.stderr)
        words.append(done.stdout + done.stderr)
    assert len(words) == 8
    return "".join(words)
