"""`outage-monitor doctor`: looks at all that the product needs, and says what to do."""

import asyncio
import json
import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.markup import escape

from monitor.broker.connect import broker_of
from monitor.cli import common
from monitor.clock import WallClock
from monitor.doctor.clock import kernel_clock
from monitor.doctor.finding import Finding, State
from monitor.doctor.here import wrong_settings
from monitor.doctor.run import examine
from monitor.logs import configure_logs
from monitor.messages.printable import printable
from monitor.settings import SettingsError, given
from monitor.settings_load import load_settings

_COLORS: Final = {State.ok: "green", State.warn: "bold yellow", State.fail: "bold red"}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Write one JSON object.")] = False,
) -> None:
    """Look at settings, policies, clock, broker, topics, rights, inventory and workers.

    Each is ok, or says what to do; nothing is changed by looking. Ends with code 1 if something
    does not work, and 3 if the broker cannot be reached.
    """
    findings = asyncio.run(_examined(show=not as_json))
    if as_json:
        sys.stdout.write(json.dumps(_as_json(findings), indent=2) + "\n")
    else:
        _console().print(_summary(findings))
    raise typer.Exit(_exit(findings))


async def _examined(*, show: bool) -> list[Finding]:
    """Look at everything, and show each finding at once: some take a while."""
    try:
        settings = load_settings()
        broker = broker_of(settings)
    except SettingsError as error:
        return _shown(wrong_settings(error.mistakes), show=show)
    # What libraries have to say of a broker that is gone is said by the findings.
    asked_for = given("log_level") is not None
    configure_logs(settings.log_format, settings.log_level if asked_for else "critical")
    findings: list[Finding] = []
    async for finding in examine(settings, broker, WallClock().now_us(), kernel_clock()):
        findings += _shown([finding], show=show)
    return findings


def _shown(findings: list[Finding], *, show: bool) -> list[Finding]:
    for finding in findings if show else ():
        color = _COLORS[finding.state]
        said = escape(printable(finding.said))
        start = f"[{color}]{finding.state:<4}[/]  {finding.about:<9}  "
        _console().print(start + said, soft_wrap=True)
        if finding.todo:
            _console().print(f"{'':17}→ {escape(printable(finding.todo))}", soft_wrap=True)
    return findings


def _summary(findings: Sequence[Finding]) -> str:
    count = {state: sum(f.state == state for f in findings) for state in State}
    if not count[State.fail] and not count[State.warn]:
        return "everything is fine"
    return f"{count[State.fail]} do not work, {count[State.warn]} to look at"


def _as_json(findings: Iterable[Finding]) -> dict[str, object]:
    findings = list(findings)
    return {
        "fine": _exit(findings) == common.Exit.FINE,
        "findings": [
            {"about": f.about, "state": f.state, "said": f.said, "todo": f.todo} for f in findings
        ],
    }


def _exit(findings: Iterable[Finding]) -> common.Exit:
    findings = list(findings)
    if any(finding.unreachable for finding in findings):
        return common.Exit.UNREACHABLE
    failed = any(finding.state == State.fail for finding in findings)
    return common.Exit.ANSWER_IS_NO if failed else common.Exit.FINE


def _console() -> Console:
    return Console(highlight=False)
