"""Programs of others that check our files; and names of metrics in what they check."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.metrics import METRICS

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
#: Metrics that are not ours: of Prometheus itself, and of the process.
OTHERS = {
    "up", "ALERTS", "process_resident_memory_bytes", "process_cpu_seconds_total",
}  # fmt: skip
_MUST_HAVE = "TESTS_MUST_HAVE_TOOLS"
_STRING = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
#: what stands in an expression and is no metric
_NOT_NAMES = re.compile(r"\{[^}]*\}|\[[^\]]*\]|\b(?:by|without|on|ignoring)\s*\([^)]*\)")
_NAME = re.compile(r"\b[a-zA-Z_:][a-zA-Z0-9_:]*\b(?!\s*\()")
_WORDS = {"and", "or", "unless", "by", "without", "on", "ignoring", "bool", "offset", "inf"}


def tool(*names: str) -> str:
    """Return the path of a program; without it a test is skipped, or fails where it must be."""
    for name in names:
        if path := shutil.which(name):
            return path
    why = f"no {names[0]} here (on Debian: apt-get install prometheus prometheus-alertmanager)"
    if os.environ.get(_MUST_HAVE):
        pytest.fail(why)
    pytest.skip(why)


def checked(program: str, *arguments: str, cwd: Path = ROOT) -> str:
    """Run a program that checks something; return what it said, or fail with it."""
    ended = subprocess.run(
        [tool(program), *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )
    said = ended.stdout + ended.stderr
    assert ended.returncode == 0, said
    return said


def names_in(expression: str) -> set[str]:
    """Return the metrics that an expression of Prometheus names."""
    bare = _NOT_NAMES.sub(" ", _STRING.sub("''", expression))
    return {name for name in _NAME.findall(bare) if name not in _WORDS}


def series() -> set[str]:
    """Return every name of a series that our list makes, and those of others that we use."""
    names = set(OTHERS)
    for metric in METRICS:
        endings = ("_bucket", "_sum", "_count") if metric.kind == "histogram" else ("",)
        names |= {metric.name + ending for ending in endings}
    return names


def rules(file: str) -> list[dict[str, Any]]:
    """Return the rules of a file in deploy/prometheus."""
    read = yaml.safe_load((DEPLOY / "prometheus" / file).read_text("utf-8"))
    return [rule for group in read["groups"] for rule in group["rules"]]
