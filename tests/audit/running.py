"""The command in this process, as tests run it."""

import gc
import json
from pathlib import Path
from typing import Any, NamedTuple

import typer
from typer.testing import CliRunner

from monitor.cli.audit import audit
from monitor.cli.replay import replay

Json = dict[str, Any]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
app.command()(audit)
app.command()(replay)


class Ran(NamedTuple):
    """What came of a command."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> Json:
        """The JSON that was written to standard output."""
        found: Json = json.loads(self.out)
        return found

    @property
    def wrong(self) -> list[Json]:
        """The findings, but for duties that nobody did."""
        return [one for one in self.answer["findings"] if one["kind"] != "overdue"]

    @property
    def kinds(self) -> list[str]:
        """The kinds of findings, in their order."""
        return [one["kind"] for one in self.answer["findings"]]


def run(*arguments: str | Path) -> Ran:
    """Run a command; none may ever end in a traceback."""
    try:
        result = CliRunner().invoke(app, [str(a) for a in arguments])
    finally:
        gc.enable()  # the commands run without
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


def audited(*arguments: str | Path) -> Ran:
    """Audit, with the answer as JSON on standard output."""
    return run("audit", *arguments, "--json", "-", "--jobs", "1")
