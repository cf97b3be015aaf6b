"""`outage-monitor policies`: list, show and check the policy packs."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import track

from monitor.cli import common
from monitor.cli.policies_text import details, overview
from monitor.clock import WallClock
from monitor.packs.errors import PackError
from monitor.packs.examples import Outcome, run_examples
from monitor.packs.loading import countries_without_policy, ending_soon, load_packs
from monitor.packs.model import Pack
from monitor.packs.step_examples import StepOutcome, examples_count, run_step_examples

app = typer.Typer(
    help="List, show and check the policy packs: the law as data.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
_SECOND_US: Final = 1_000_000
At = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"], metavar="DAY", help="As of this day (UTC), not as of today."
    ),
]
Dirs = Annotated[
    list[Path] | None, typer.Argument(metavar="DIR...", help="Further directories of packs.")
]


@app.command("list")
def list_(policy: common.PolicyDirs = None, at: At = None) -> None:
    """List the policies: whose they are, since when they hold, how sure they are."""
    packs, at_us = _load(policy), _us(at)
    _out().print(overview(packs, at_us))
    _warn(packs, at_us)


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="POLICY", help="A policy, as `list` names it.")],
    policy: common.PolicyDirs = None,
    at: At = None,
) -> None:
    """Show a policy: rules, tables, what is to be done, sources, readings, how far verified."""
    packs, at_us = _load(policy), _us(at)
    chosen = [pack for pack in packs if pack.policy == name]
    if not chosen:
        common.fail(f"no policy is named {name}; there are {', '.join(p.policy for p in packs)}")
    for part in details(chosen[0], at_us):
        _out().print(part, crop=False)
    _warn(chosen, at_us)


@app.command()
def check(dirs: Dirs = None, policy: common.PolicyDirs = None, at: At = None) -> None:
    """Check all packs: every mistake of every file at once, then every example.

    Ends with code 1 if a pack is invalid or an example does not come out as it says.
    """
    out = _out()
    packs = _load([*(dirs or ()), *(policy or ())], out)
    outcomes = [outcome for pack in packs for outcome in _run(pack)]
    failed = [outcome for outcome in outcomes if not outcome.passed]
    for outcome in failed:
        out.print(f"[red]failed[/] {escape(str(outcome))}", soft_wrap=True)
    for pack in packs:
        mine = [outcome.passed for outcome in outcomes if outcome.policy == pack.policy]
        verdict = "[green]fine[/]" if all(mine) else "[red]failed[/]"
        out.print(f"{pack.policy}: {sum(mine)} of {len(mine)} examples come out, {verdict}")
    _warn(packs, _us(at))
    if failed:
        raise typer.Exit(common.Exit.ANSWER_IS_NO)


def _run(pack: Pack) -> Iterator[Outcome | StepOutcome]:
    total = sum(len(rule.examples) for rule in pack.rules) + examples_count(pack)
    outcomes: Iterator[Outcome | StepOutcome] = chain(run_examples(pack), run_step_examples(pack))
    yield from track(
        outcomes,
        description=pack.policy,
        total=total,
        console=common.stderr,
        transient=True,
        disable=not common.stderr.is_terminal,
    )


def _load(directories: Sequence[Path] | None, told_on: Console = common.stderr) -> list[Pack]:
    """Load the packs, or tell every mistake in them and end."""
    for directory in directories or ():
        if not directory.is_dir():
            common.fail(f"{directory} is not a directory; name one that holds packs")
    try:
        return load_packs(directories or ())
    except PackError as error:
        for mistake in error.mistakes:
            # Without emoji: rich would draw a picture for the line number in `file:100:`.
            told_on.print(escape(str(mistake)), soft_wrap=True, emoji=False)
        files = len({mistake.file for mistake in error.mistakes})
        common.fail(
            f"{len(error.mistakes)} mistake(s) in {files} file(s); nothing was run",
            common.Exit.ANSWER_IS_NO,
        )


def _warn(packs: Sequence[Pack], at_us: int) -> None:
    """Say loudly what ends soon, and where nothing is in force."""
    for ending in ending_soon(packs, at_us):
        common.warn(str(ending))
    for country in countries_without_policy(packs, at_us):
        common.warn(f"NO POLICY IS IN FORCE for {country}: no outage there would be notified")


def _us(day: datetime | None) -> int:
    if day is None:
        return WallClock().now_us()
    return int(day.replace(tzinfo=UTC).timestamp()) * _SECOND_US


def _out() -> Console:
    return Console(highlight=False)
