"""Break the core on purpose, and see that the tests notice: `python tests/mutants.py [words]`.

For each mistake of `core/mutations` the core and the tests are copied into a directory of their
own, the mistake is made there, and a bounded selection of the tests runs on the copy. A mistake
that no test notices "SURVIVED", and the command fails. Words select the mistakes whose file or
description contains one of them; `--markdown` prints the result as a table.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

from core.mutations import MUTANTS, Mutant

_ROOT = Path(__file__).parent.parent
_TESTS = ("tests/core", "tests/properties", "tests/reference", "tests/ledger")
_TIMEOUT_SECONDS = 300
#: A mistake can make the core run in a circle, noting every step of it.
_MEMORY_BYTES = 400_000_000
_AT_ONCE = 2
#: A conftest for the copy: the tests there must not run against the core here.
_GUARD = """
import resource
import pytest
import monitor.core.step as step
resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
if not step.__file__.startswith({copy!r}):
    pytest.exit(f"the core of {{step.__file__}} is under test", returncode=99)
"""
_OUTCOMES = {0: "SURVIVED", 1: "killed", None: "killed (never ended)"}


class Result(NamedTuple):
    """What became of a mutant, and which test noticed."""

    outcome: str
    noticed_by: str

    @property
    def killed(self) -> bool:
        """Whether a test noticed."""
        return self.outcome.startswith("killed")


def copied(mutant: Mutant | None, parent: str) -> Path:
    """Copy the core and the tests, and make the mistake there."""
    copy = Path(parent, "copy")
    ignore = shutil.ignore_patterns("__pycache__", "golden", "broker")
    for folder in ("monitor", "tests"):
        shutil.copytree(_ROOT / folder, copy / folder, ignore=ignore)
    shutil.copy(_ROOT / "pyproject.toml", copy)
    (copy / "tests" / "conftest.py").write_text(_GUARD.format(copy=str(copy), memory=_MEMORY_BYTES))
    if mutant is not None:
        file = copy / "monitor" / "core" / mutant.file
        file.write_text(file.read_text().replace(mutant.old, mutant.new))
    return copy


def run(mutant: Mutant | None) -> Result:
    """Run the tests on a copy with the mistake; without one they must pass."""
    with tempfile.TemporaryDirectory() as parent:
        copy = copied(mutant, parent)
        environment = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-p", "no:cacheprovider"]
        try:
            done = subprocess.run(
                [*command, *_TESTS], cwd=copy, env=environment, timeout=_TIMEOUT_SECONDS,
                capture_output=True, text=True, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Result(_OUTCOMES[None], "")
    failed = re.search(r"^FAILED (?:tests/)?([^\s\[]+)", done.stdout, re.MULTILINE)
    outcome = _OUTCOMES.get(done.returncode, f"ERROR {done.returncode}: {done.stdout[-300:]}")
    return Result(outcome, failed[1] if failed else "")


def shown(mutant: Mutant) -> Result:
    """Run a mutant, and say at once what became of it."""
    result = run(mutant)
    said = f"{mutant.file}: {mutant.breaks}: {result.outcome} {result.noticed_by}"
    print(said, file=sys.stderr, flush=True)
    return result


def misplaced(mutants: tuple[Mutant, ...]) -> list[Mutant]:
    """Return the mistakes whose old text does not occur exactly once."""
    core = _ROOT / "monitor" / "core"
    return [m for m in mutants if (core / m.file).read_text().count(m.old) != 1]


def table(results: list[tuple[Mutant, Result]]) -> str:
    """Write the results as a table."""
    rows = ["| in | what goes wrong | result | noticed by |", "|---|---|---|---|"]
    for mutant, result in results:
        test = result.noticed_by.rpartition("/")[2].replace(".py::", ": ")
        rows.append(f"| `{mutant.file}` | {mutant.breaks} | {result.outcome} | {test} |")
    return "\n".join(rows)


def main(arguments: list[str]) -> int:
    """Run the mutants that were asked for; fail if one survives."""
    words = [word for word in arguments if not word.startswith("--")]
    chosen = tuple(
        m for m in MUTANTS if not words or any(word in f"{m.file} {m.breaks}" for word in words)
    )
    if lost := misplaced(chosen):
        for mutant in lost:
            print(f"{mutant.file} does not hold once: {mutant.old!r}", file=sys.stderr)
        return 2
    if (whole := run(None)).outcome != _OUTCOMES[0]:
        print(f"The tests fail without any mistake: {whole}", file=sys.stderr)
        return 2
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        results = list(zip(chosen, pool.map(shown, chosen), strict=True))
    if "--markdown" in arguments:
        print(table(results))
    killed = sum(result.killed for _, result in results)
    print(f"{killed} of {len(results)} mutants killed", file=sys.stderr)
    return 0 if killed == len(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
