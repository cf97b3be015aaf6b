"""`outage-monitor topics`: what the cluster has compared with `topics.yaml`, and made so."""

import json
import logging
import sys
from typing import Annotated

import typer
from rich.console import Console

from monitor.broker.access import Broker
from monitor.broker.connect import broker_of
from monitor.cli import cluster, common
from monitor.cli.topics_text import as_json, reasons, summary, table
from monitor.settings import Settings
from monitor.topics import Topics, TopicsError, load_topics
from monitor.topics_cluster import apply as change
from monitor.topics_cluster import compare
from monitor.topics_plan import Difference, refused

app = typer.Typer(
    help="Compare the topics of the cluster with topics.yaml, and make them so; delete nothing.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
Json = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]


@app.command()
def plan(*, json_: Json = False) -> None:
    """Show what differs from topics.yaml, and what `apply` would do about it."""
    _, _, found = _asked()
    _show(found, json_=json_)


@app.command()
def check(*, json_: Json = False) -> None:
    """Show what differs; end with code 1 if a topic is missing or cannot work."""
    _, _, found = _asked()
    _show(found, json_=json_)
    if refused(found):
        raise typer.Exit(common.Exit.ANSWER_IS_NO)


@app.command()
def apply(
    *, yes: Annotated[bool, typer.Option("--yes", help="Do not ask, on a terminal either.")] = False
) -> None:
    """Create missing topics, add partitions where that is safe, change settings; never delete.

    Ends with code 1 if a topic is missing or cannot work afterwards.
    """
    broker, topics, found = _asked()
    _show(found)
    if any(difference.remedy for difference in found):
        # Nothing is ever deleted, so a script need not be asked.
        asks = sys.stdin.isatty() and not yes
        if asks and not typer.confirm("Do this?", err=True):
            raise typer.Exit(common.Exit.ANSWER_IS_NO)
        failure = cluster.reached(broker, _changed(broker, topics, found))
        found = cluster.reached(broker, compare(broker, topics))
        _out().print("\nAfterwards:")
        _show(found)
        if failure:
            common.fail(failure, common.Exit.ANSWER_IS_NO)
    if refused(found):
        raise typer.Exit(common.Exit.ANSWER_IS_NO)


def _asked() -> tuple[Broker, Topics, list[Difference]]:
    settings = common.settings()
    topics = _declared(settings)
    # What the library has to say of a broker that is gone is said below, in one sentence.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    broker = broker_of(settings)
    return broker, topics, cluster.reached(broker, compare(broker, topics))


def _declared(settings: Settings) -> Topics:
    try:
        return load_topics(settings.app_id, settings.topics_file)
    except TopicsError as error:
        common.fail(str(error))


async def _changed(broker: Broker, topics: Topics, found: list[Difference]) -> str:
    """Do what can be done, and return what the cluster refused."""
    try:
        await change(broker, topics, found)
    except TopicsError as error:
        return str(error)
    return ""


def _show(found: list[Difference], *, json_: bool = False) -> None:
    if json_:
        sys.stdout.write(json.dumps(as_json(found), indent=2) + "\n")
        return
    out = _out()
    if found:
        out.print(table(found))
        for line in reasons(found):
            out.print(line)
    out.print(summary(found))


def _out() -> Console:
    return Console(highlight=False)
