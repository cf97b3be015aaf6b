"""`outage-monitor alarms`: active alarms that nothing was heard of for long."""

import json
import shlex
import sys
from collections.abc import Callable, Iterator
from typing import Annotated, Final, NamedTuple
from urllib.parse import quote

import typer
from rich.console import Console
from rich.progress import Progress as Bar
from rich.text import Text

from monitor.actions.silent import Silent, fields, silent
from monitor.broker.existing import NoSuchTopicError, partition_counts
from monitor.cli import cluster, common
from monitor.cli.duties_text import spent
from monitor.clock import WallClock
from monitor.core.written import time_text
from monitor.decide.recovery import Home, home_of, read_ledger
from monitor.ledger.restore import Restored
from monitor.messages.printable import printable

#: Written as they are in SOURCE/ID, beside letters, digits and `_.-~`.
_SAFE: Final = ":@+,="
_REASON: Final = "--reason 'how it is known that it is over'"


class Asked(NamedTuple):
    """Where the ledger is, what decides there, and which alarms are asked for."""

    home: Home
    before_us: int
    wanted: Callable[[Silent], bool]


def alarms(
    *,
    silent_: Annotated[
        int,
        typer.Option(
            "--silent",
            parser=common.duration,
            metavar="DURATION",
            help="Nothing was heard of them for longer than this.",
            show_default="3d",
        ),
    ] = "3d",  # type: ignore[assignment]  # the parser reads it
    all_: Annotated[
        bool, typer.Option("--all", help="Also those that hit nobody and hold no outage open.")
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List active alarms that nothing was heard of for long, the oldest first.

    Their clear may have been lost; as long as they are active, their outage goes on. It reads what
    the workers know, and does not disturb them. `clear` ends an alarm by a person's word.
    """
    at, now_us = cluster.place(), WallClock().now_us()
    law = common.law_of(at.settings.policy_dirs, at.settings.designations)
    home = home_of(at.broker, at.topics, at.settings, law)

    def wanted(found: Silent) -> bool:
        return all_ or found.outage_id is not None

    asked = Asked(home, now_us - silent_, wanted)
    found = cluster.reached(home.broker, _found(asked), (NoSuchTopicError,))
    found.sort(key=lambda each: (each.last_us, each.outage_key, each.source, each.alarm_id))
    if json_:
        for each in found:
            said = fields(each, now_us) | {"clear": command(each)}
            sys.stdout.write(json.dumps(said) + "\n")
        return
    out = Console(highlight=False)
    for each in found:
        _show(out, each, now_us)
    if not found:
        typer.echo(f"no active alarm is silent for longer than {spent(silent_)}")


async def _found(asked: Asked) -> list[Silent]:
    home, found = asked.home, list[Silent]()
    ledger = home.topics.ledger
    await partition_counts(home.broker, [ledger.name])
    with Bar(console=common.stderr, transient=True, disable=not common.stderr.is_terminal) as bar:
        task = bar.add_task("reading the ledger", total=None)

        def told(read: int, total: int) -> None:
            bar.update(task, completed=read, total=total)

        for number in range(ledger.partitions):
            where = f"reading the ledger, partition {number + 1} of {ledger.partitions}"
            bar.update(task, description=where, completed=0, total=None)
            restored = (await read_ledger(home, number, told)).restored(home.law, home.options)
            for key in restored.faulty:
                common.warn(f"the workers leave outage key {key} alone; its alarms are not listed")
            keys = len(restored.book.asleep)
            bar.update(task, description="looking at its alarms", completed=0, total=keys)
            for some in _silent(asked, restored):
                found += some
                bar.advance(task)
    return found


def _silent(asked: Asked, restored: Restored) -> Iterator[list[Silent]]:
    """Yield what is silent key by key; one is in memory at a time."""
    book = restored.book
    for key in list(book.asleep):
        publisher = book.wake(key, book.clock)
        if publisher is not None:
            yield list(filter(asked.wanted, silent(publisher, book.clock, asked.before_us)))
            del book.publishers[key]


def _show(out: Console, each: Silent, now_us: int) -> None:
    hits = [f"{each.end_users:,} end-users", *each.effects]
    said = (
        f"{each.source} {each.alarm_id} on {each.element or 'an element that is not kept'}, active "
        f"since {time_text(each.since_us)}: {', '.join(hits)}"
    )
    silence = f"silent for {spent(now_us - each.last_us)}"
    where = each.outage_id or f"{each.outage_key} (holds no outage open)"
    out.print(Text(f"{silence:<24}{printable(where)}", style="bold"), soft_wrap=True)
    out.print(Text(f"  {printable(said)}"), soft_wrap=True)
    out.print(Text(f"  last event {time_text(each.last_us)}"), soft_wrap=True)
    if (line := command(each)) is not None:
        out.print(Text(f"  {printable(line)}", style="cyan"), soft_wrap=True)


def command(each: Silent) -> str | None:
    """Return the command line that ends an alarm; None if it holds no outage open."""
    if each.outage_id is None:
        return None
    name = f"{quote(each.source, safe=_SAFE)}/{quote(each.alarm_id, safe=_SAFE + '/')}"
    outage, alarm = shlex.quote(each.outage_id), shlex.quote(name)
    return f"outage-monitor clear {outage} --alarm {alarm} {_REASON}"
