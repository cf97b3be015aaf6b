"""`outage-monitor dlq`: list, show and retry what could not be used."""

import json
import sys
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from enum import StrEnum
from heapq import heappush, heappushpop
from typing import Annotated, Any, Final, NamedTuple, TypeVar

import typer
from rich.console import Console

from monitor.broker.access import Broker
from monitor.broker.clients import producer_of
from monitor.broker.existing import NoSuchTopicError, partition_counts
from monitor.cli import cluster, common
from monitor.cli.dlq_text import as_json, counts, details, table
from monitor.clock import WallClock
from monitor.dlq.letter import Letter, Place
from monitor.dlq.reading import (
    NoSuchLetterError,
    letters,
    one_letter,
)
from monitor.dlq.retry import Choice, retry
from monitor.durations import duration_us
from monitor.formats.instant import time_us

app = typer.Typer(
    help="Dead letters: what could not be used, why, and once more.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
_T = TypeVar("_T")
_SHOWN_REFUSED: Final = 5


class Which(StrEnum):
    """Whose dead letters."""

    alarms = "alarms"
    actions = "actions"


def _since(text: str | int) -> int:
    if isinstance(text, int):
        return text
    try:
        return WallClock().now_us() - duration_us(text)
    except ValueError:
        pass
    try:
        return time_us(text)
    except ValueError as error:
        message = f"expected a duration such as 2h, or a time (RFC 3339): {error}"
        raise typer.BadParameter(message) from error


WhichTopic = Annotated[Which, typer.Option("--topic", help="Whose dead letters.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Only those with this reason.")]
Since = Annotated[
    int | None,
    typer.Option(
        "--since",
        parser=_since,
        metavar="TIME",
        help="Only those set aside since then: RFC 3339, or a duration such as 2h.",
    ),
]


class _Place(NamedTuple):
    broker: Broker
    #: the topic of the dead letters, and the one they came from
    topic: str
    source: str


@app.command("list")
def list_(
    *,
    topic: WhichTopic = Which.alarms,
    reason: Reason = None,
    since: Since = None,
    limit: Annotated[int, typer.Option(min=0, help="How many, the latest.")] = 20,
    json_: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Count the dead letters by reason, and list the latest of them."""
    place = _place(topic)
    by_reason, latest = _reached(place, _latest(place, _wanted(reason, since), limit))
    if json_:
        for letter in latest:
            sys.stdout.write(json.dumps(as_json(letter)) + "\n")
        return
    out = _out()
    total = sum(by_reason.values())
    out.print(f"{total:,} dead letters in {place.topic}", markup=False)
    for line in counts(by_reason):
        out.print(line, markup=False)
    if latest:
        out.print(f"\nthe latest {len(latest):,}:" if len(latest) < total else "")
        out.print(table(latest))


@app.command()
def show(
    id_: Annotated[str, typer.Argument(metavar="ID", help="As `list` has it, such as 0/17.")],
    *,
    topic: WhichTopic = Which.alarms,
    raw: Annotated[
        bool, typer.Option("--raw", help="Write the bytes as they are to standard output.")
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Show a dead letter: why, where it came from, its bytes."""
    place = _place(topic)
    letter = _reached(place, one_letter(place.broker, place.topic, _id(id_)))
    if raw:
        sys.stdout.buffer.write(letter.value or b"")
    elif json_:
        sys.stdout.write(json.dumps(as_json(letter)) + "\n")
    else:
        for line in details(letter):
            sys.stdout.write("".join(c if c.isprintable() else "\ufffd" for c in line) + "\n")


@app.command("retry")
def retry_(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID...", help="Such as 0/17.")] = None,
    *,
    topic: WhichTopic = Which.alarms,
    all_: Annotated[bool, typer.Option("--all", help="All, or all of --reason.")] = False,
    reason: Reason = None,
    since: Since = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")] = False,
) -> None:
    """Write dead letters back to where they came from, as records that arrive now.

    What fails again comes back as another dead letter, with the number of its tries. To retry a
    letter twice does no harm: an alarm that is known already changes nothing.
    """
    if bool(ids) == all_:
        common.fail("name the ids to retry, or --all, with --reason for all of one reason")
    if ids and (reason or since):
        common.fail("--reason and --since go with --all")
    place = _place(topic)
    named = {"{}/{}".format(*_id(one)) for one in ids or ()}
    wanted = _wanted(reason, since) if all_ else lambda letter: letter.id in named
    choice, missing = _reached(place, _choose(place, wanted, named))
    _tell_refused(choice, missing)
    if not choice.ids:
        common.stderr.print("nothing to retry")
        raise typer.Exit(common.Exit.ANSWER_IS_NO if named else common.Exit.FINE)
    question = f"Write {len(choice.ids):,} dead letters back to {place.source}?"
    if not (yes or sys.stdin.isatty()):
        common.fail(f"{question} Nobody can be asked here; give --yes to do it")
    if not (yes or typer.confirm(question, err=True)):
        raise typer.Exit(common.Exit.ANSWER_IS_NO)
    count = _reached(place, _retry(place, set(choice.ids)))
    common.stderr.print(f"{count:,} written to {place.source}", markup=False)
    if choice.refused or missing:
        raise typer.Exit(common.Exit.ANSWER_IS_NO)


async def _latest(
    place: _Place, wanted: Callable[[Letter], bool], limit: int
) -> tuple[Counter[str], list[Letter]]:
    """Count by reason, and keep the latest; a million must not be kept in memory."""
    by_reason: Counter[str] = Counter()
    kept: list[tuple[int, int, int, Letter]] = []
    async with aclosing(_read(place)) as found:
        async for letter in found:
            if wanted(letter):
                by_reason[letter.reason] += 1
                entry = (letter.time_us, letter.partition, letter.offset, letter)
                if len(kept) < limit:
                    heappush(kept, entry)
                elif limit:
                    heappushpop(kept, entry)
    return by_reason, [letter for *_, letter in sorted(kept, key=lambda e: e[:3])]


async def _choose(
    place: _Place, wanted: Callable[[Letter], bool], named: set[str]
) -> tuple[Choice, set[str]]:
    choice, missing = Choice(place.source, wanted), set(named)
    async with aclosing(_read(place)) as found:
        async for letter in found:
            missing.discard(letter.id)
            choice.look_at(letter)
    return choice, missing


async def _retry(place: _Place, chosen: set[str]) -> int:
    await partition_counts(place.broker, [place.source])
    async with producer_of(place.broker) as producer, aclosing(_read(place)) as found:
        return await retry(producer, found, chosen, place.source, WallClock())


async def _read(place: _Place) -> AsyncGenerator[Letter]:
    """Read all dead letters; on a terminal say how far that is."""
    with cluster.progress("reading dead letters") as progress:
        async with aclosing(letters(place.broker, place.topic, progress)) as found:
            async for letter in found:
                yield letter


def _wanted(reason: str | None, since_us: int | None) -> Callable[[Letter], bool]:
    def wanted(letter: Letter) -> bool:
        if reason is not None and letter.reason != reason:
            return False
        return since_us is None or letter.time_us >= since_us

    return wanted


def _tell_refused(choice: Choice, missing: set[str]) -> None:
    for one in sorted(missing):
        common.warn(f"there is no dead letter {one}")
    for one, why in list(choice.refused.items())[:_SHOWN_REFUSED]:
        common.warn(f"{one} cannot be retried: {why}")
    if len(choice.refused) > _SHOWN_REFUSED:
        common.warn(f"{len(choice.refused) - _SHOWN_REFUSED:,} more cannot be retried")


def _place(which: Which) -> _Place:
    at = cluster.place()
    topics = at.topics
    source, dead = {
        Which.alarms: (topics.alarms, topics.alarms_dlq),
        Which.actions: (topics.actions, topics.actions_dlq),
    }[which]
    return _Place(at.broker, dead.name, source.name)


def _id(text: str) -> Place:
    partition, _, offset = text.partition("/")
    if not (partition.isdecimal() and offset.isdecimal()):
        common.fail(f"{text}: expected the id of a dead letter, partition/offset, such as 0/17")
    return int(partition), int(offset)


def _reached(place: _Place, work: Coroutine[Any, Any, _T]) -> _T:
    """Wait for the answer, or say that there is none, and end."""
    return cluster.reached(place.broker, work, (NoSuchLetterError, NoSuchTopicError))


def _out() -> Console:
    return common.wide(Console(highlight=False), 200)
