"""`outage-monitor ledger`: what a worker knows, made anew from its recorded inputs."""

import asyncio
from typing import Annotated

import typer
from aiokafka.errors import KafkaError
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from monitor.broker.connect import broker_of
from monitor.cli import common
from monitor.decide.rebuild import InUseError, Rebuilt, check_unused, published, rebuild
from monitor.decide.recovery import Home, home_of
from monitor.topics import TopicsError, load_topics

app = typer.Typer(help="The ledger: what the workers know of each outage.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep the name of the command necessary."""


@app.command("rebuild")
def rebuild_command(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Make the ledger anew from outage-inputs, after it was lost or must not be trusted.

    All decide workers must be stopped. What was published already is not published again.
    """
    settings = common.settings()
    law = common.law_of(settings.policy_dirs, settings.designations)
    try:
        topics = load_topics(settings.app_id, settings.topics_file)
    except TopicsError as error:
        common.fail(str(error))
    home = home_of(broker_of(settings), topics, settings, law)
    if not yes:
        typer.confirm(f"Delete what {topics.ledger.name} holds, and make it anew?", abort=True)
    try:
        done = asyncio.run(_rebuild(home))
    except InUseError as error:
        common.fail(str(error))
    except (KafkaError, OSError, TimeoutError) as error:
        common.fail(f"Kafka at {settings.broker}: {error!r}", common.Exit.UNREACHABLE)
    _tell(done)


async def _rebuild(home: Home) -> dict[int, Rebuilt]:
    await check_unused(home.broker, home.app_id)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=common.stderr, transient=True) as shown:
        reading = shown.add_task("what was published", total=None)
        known = await published(home)
        shown.remove_task(reading)
        tasks = {
            number: shown.add_task(f"partition {number}", total=None)
            for number in range(home.topics.inputs.partitions)
        }

        def progress(number: int, reached: int, end: int) -> None:
            shown.update(tasks[number], completed=reached, total=end)

        done = {}
        for number, task in tasks.items():
            done[number] = await rebuild(home, number, known, progress)
            shown.remove_task(task)
        return done


def _tell(done: dict[int, Rebuilt]) -> None:
    records = sum(one.records for one in done.values())
    keys = sum(one.keys for one in done.values())
    fresh = sum(one.published for one in done.values())
    duties = sum(one.obligations for one in done.values())
    common.stderr.print(
        f"{records:,} records of inputs, {keys:,} outage keys; "
        f"{fresh:,} notifications were missing and are published now, "
        f"and so many changes of obligations: {duties:,}."
    )
    if others := {number: one.other_rules for number, one in done.items() if one.other_rules}:
        common.warn(
            "other packs or settings decided over a part of the inputs "
            f"(partition: from which offsets: {others}); all of it was decided anew by those of now"
        )
