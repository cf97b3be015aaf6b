"""`outage-monitor demo`: the whole product in one process, on a simulated storm."""

import asyncio
import os
from typing import Annotated

import typer
from rich.console import Console

from monitor.board.serve import BoardPortError
from monitor.broker.embedded import BrokerError
from monitor.cli import common
from monitor.clock import ScaledClock, WallClock
from monitor.demo.run import Demo, DemoFailedError, run_demo
from monitor.demo.screen import LivePage, PlainLines
from monitor.demo.storm import storm_of
from monitor.demo.text import summary_lines
from monitor.demo.view import View
from monitor.durations import duration_us
from monitor.logs import configure_logs
from monitor.settings import Settings, SettingsError
from monitor.simulate.stream import generate, inventory

_SECOND_US = 1_000_000


def _seconds(text: str) -> float:
    try:
        return duration_us(text) / _SECOND_US
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def demo(
    for_s: Annotated[
        float | None,
        typer.Option(
            "--for",
            parser=_seconds,
            metavar="DURATION",
            help="End after this time and print a summary; without it, Ctrl-C ends it.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed, another storm.")] = 1,
    speed: Annotated[
        float, typer.Option(min=1, help="How many times as fast as the clock on the wall.")
    ] = 60,
) -> None:
    """Show the product at work, with nothing installed: broker, alarms, notifications.

    Everything is invented, and nothing leaves this machine.
    """
    console = Console(highlight=False)
    settings = _settings(live=console.is_terminal)
    wanted = _demo(settings, console, for_s, seed, speed)
    console.print("starting the embedded broker, ingest and decide; Ctrl-C ends it")
    try:
        asyncio.run(run_demo(wanted))
    except BrokerError as error:
        common.fail(str(error), common.Exit.UNREACHABLE)
    except (BoardPortError, SettingsError) as error:
        common.fail(str(error))
    except DemoFailedError as error:
        common.stderr.print(f"error: {error}", markup=False, soft_wrap=True)
        # Threads whose broker is gone never end, and an ordinary exit would wait for them.
        os._exit(common.Exit.UNREACHABLE)
    for line in summary_lines(wanted.view, wanted.alarms, wanted.dead_letters):
        console.print(line, soft_wrap=True, markup=False)


def _settings(*, live: bool) -> Settings:
    """Read the settings; unless one asks for more, the page is not to be disturbed by log lines."""
    settings = common.settings()
    quiet = live or "MONITOR_LOG_LEVEL" not in os.environ
    configure_logs(settings.log_format, "error" if quiet else settings.log_level)
    return settings


def _demo(
    settings: Settings, console: Console, for_s: float | None, seed: int, speed: float
) -> Demo:
    start_us = WallClock().now_us() // _SECOND_US * _SECOND_US
    clock = ScaledClock(start_us, speed)
    view = View(clock)
    return Demo(
        settings=settings,
        law=common.law_of(settings.policy_dirs, settings.designations),
        clock=clock,
        view=view,
        screen=LivePage(console, view) if console.is_terminal else PlainLines(console, view),
        storm=storm_of(generate("demo", seed=seed, start_us=start_us), start_us),
        inventory=inventory(seed),
        for_s=for_s,
    )
