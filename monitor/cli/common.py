"""What the commands share: options, how a mistake is told, and which files are read."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from monitor.cli.output import OutputError, drop_stdout
from monitor.core.law import Law
from monitor.durations import duration_us
from monitor.formats.instant import time_us
from monitor.messages.printable import printable
from monitor.packs.errors import PackError
from monitor.packs.loading import load_law
from monitor.replay.lines import InputError, Lines

if TYPE_CHECKING:
    from monitor.settings import Settings

#: What a person reads goes to standard error, so that standard output stays a stream of data.
stderr = Console(stderr=True, highlight=False)


class Exit(IntEnum):
    """The exit codes of every command."""

    FINE = 0
    ANSWER_IS_NO = 1
    BAD_INPUT = 2
    UNREACHABLE = 3


class Reading(StrEnum):
    """Which reading decides."""

    cautious = "cautious"
    literal = "literal"


class Correlate(StrEnum):
    """What joins alarms into one outage."""

    group = "group"
    incident = "incident"


def duration(text: str | int) -> int:
    """Read a duration of the command line into microseconds."""
    try:
        return text if isinstance(text, int) else duration_us(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def instant(text: str | int) -> int:
    """Read a time of the command line (RFC 3339) into microseconds since 1970."""
    try:
        return text if isinstance(text, int) else time_us(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


PolicyDirs = Annotated[
    list[Path] | None,
    typer.Option(
        "--policy",
        metavar="DIR",
        help="A directory of policy packs beside the packaged ones; may be given several times.",
    ),
]
InventoryFile = Annotated[
    str | None,
    typer.Option("--inventory", metavar="FILE", help="Inventory records as JSON lines."),
]
ReadingOption = Annotated[Reading, typer.Option("--reading", help="The reading that decides.")]
Designations = Annotated[
    list[str] | None,
    typer.Option(
        "--designation",
        metavar="NAME",
        help="What the operator is designated as (policy.name); it decides which duties follow.",
    ),
]
MergeGap = Annotated[
    int,
    typer.Option(
        "--merge-gap",
        parser=duration,
        metavar="DURATION",
        help="A longer time without effect begins a new outage.",
        show_default="60m",
    ),
]
Horizon = Annotated[
    int,
    typer.Option(
        "--lateness-horizon",
        parser=duration,
        metavar="DURATION",
        help="Events further behind the clock are counted and left out.",
        show_default="7d",
    ),
]
CorrelateOption = Annotated[
    Correlate, typer.Option("--correlate", help="What joins alarms into one outage.")
]
Until = Annotated[
    int | None,
    typer.Option(
        "--until",
        parser=instant,
        metavar="TIME",
        help="Do not read later events, and let the clock run on to this time (RFC 3339).",
    ),
]
At = Annotated[
    int | None,
    typer.Option(
        "--at",
        "--until",
        parser=instant,
        metavar="TIME",
        help="As of this time (RFC 3339): later events are not read, and the clock runs on to it.",
    ),
]
HOUR = "60m"
WEEK = "7d"


def fail(message: str, code: Exit = Exit.BAD_INPUT) -> NoReturn:
    """Say what is wrong and what to do, and end."""
    stderr.print(f"[bold red]error:[/] {escape(printable(message))}", soft_wrap=True)
    raise typer.Exit(code)


def warn(message: str) -> None:
    """Say what a person should look at."""
    stderr.print(f"[bold yellow]warning:[/] {escape(printable(message))}", soft_wrap=True)


@contextmanager
def mistakes_told() -> Iterator[None]:
    """Tell a user's mistake in a sentence, never as a traceback."""
    try:
        yield
    except (InputError, OutputError) as error:
        fail(str(error))
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        drop_stdout()
        raise typer.Exit(Exit.FINE) from None


def settings() -> "Settings":
    """Read the settings, or tell every mistake in them; name the variables that are none."""
    # A replay has no settings, and should not wait for what reads them.
    from monitor.settings import SettingsError  # noqa: PLC0415
    from monitor.settings_load import load_settings, unknown_settings  # noqa: PLC0415

    for sentence in unknown_settings():
        warn(sentence)
    try:
        return load_settings()
    except SettingsError as error:
        for mistake in error.mistakes:
            stderr.print(f"[bold red]error:[/] {escape(printable(mistake))}", soft_wrap=True)
        raise typer.Exit(Exit.BAD_INPUT) from None


def warn_unused(by_reason: Mapping[str, int]) -> None:
    """Tell how many lines could not be used, and where they can be seen."""
    if by_reason:
        what = ", ".join(f"{n:,} {reason}" for reason, n in sorted(by_reason.items()))
        warn(f"lines that could not be used: {what}; `replay --rejects FILE` shows them")


def wide(console: Console, width: int) -> Console:
    """Give a console that is a file or a pipe, and so has no width of its own, this one."""
    if not console.is_terminal:
        console.width = width
    return console


def law_of(directories: Sequence[Path] | None, designations: Sequence[str] | None = None) -> Law:
    """Load the packaged packs and those of a user, or tell every mistake in them."""
    try:
        return load_law(directories or (), designations or ())
    except PackError as error:
        fail(str(error))


def inputs(names: Sequence[str], inventory: str | None) -> tuple[list[Lines], Lines | None]:
    """Return the files of alarms and that of the inventory; each of them can be opened."""
    if [*names, inventory].count("-") > 1:
        fail("standard input (-) can be read only once")
    files = [Lines(name) for name in names]
    elements = Lines(inventory) if inventory is not None else None
    with mistakes_told():
        for file in [*files, elements] if elements else files:
            file.check()
    return files, elements
