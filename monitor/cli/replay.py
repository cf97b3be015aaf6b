"""`outage-monitor replay`: whether and when recorded alarms had to be notified."""

import gc
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli import common, ranges
from monitor.cli.output import check_apart, output
from monitor.cli.sources import sources, topics_recorded
from monitor.core.final import Final
from monitor.core.notification import Notification
from monitor.core.reading import Options
from monitor.core.received import Received
from monitor.messages.notification import notification_line
from monitor.replay.progress import shown
from monitor.replay.reading import AlarmReader
from monitor.replay.rejects import Rejects
from monitor.replay.run import as_received, in_the_end, watch_jumps
from monitor.replay.summary import print_summary


def replay(  # noqa: PLR0913, PLR0917 - a command has as many parameters as it has options
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE...",
            help="JSON lines, or recordings; - is stdin. With --from-topic: topics.",
        ),
    ] = None,
    policy: common.PolicyDirs = None,
    designation: common.Designations = None,
    inventory: common.InventoryFile = None,
    reading: common.ReadingOption = common.Reading.cautious,
    merge_gap: common.MergeGap = common.HOUR,  # type: ignore[assignment]
    correlate: common.CorrelateOption = common.Correlate.group,
    lateness_horizon: common.Horizon = common.WEEK,  # type: ignore[assignment]
    until: common.Until = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Write to this file, not to stdout.")
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option(help="Write each line that could not be used, and why.")
    ] = None,
    received: Annotated[
        bool,
        typer.Option("--as-received", help="Write every revision a live run would have published."),
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with code 2 if any line could not be used.")
    ] = False,
    from_topic: ranges.FromTopic = False,
    since: ranges.Since = None,
    to: ranges.Until = None,
) -> None:
    """Replay recorded alarms: every notification that was required, with its exact time.

    Several files are merged by event time, as are the partitions of topics and of recordings
    (alarms, or inputs). Compressed files (.gz, .zst) are read as they are.
    """
    law = common.law_of(policy, designation)
    names = files or []
    if not (from_topic or names):
        common.fail("name the files to replay, or give --from-topic")
    # Nothing here makes reference cycles; looking for them would cost a fifth of the time.
    gc.disable()
    with ExitStack() as stack:
        stack.enter_context(common.mistakes_told())
        if from_topic:
            names = [stack.enter_context(topics_recorded(names, inventory, since, to))]
        found = sources(names, inventory, until)
        check_apart((out, rejects), (*found.all, *found.elements))
        refused = Rejects(stack.enter_context(output(rejects)) if rejects else None)
        target = stack.enter_context(output(out))
        known = found.inventory(refused)
        options = Options(
            reading=reading.value, merge_gap_us=merge_gap, lateness_horizon_us=lateness_horizon
        )
        reader = AlarmReader(known, correlate.value, refused, until)
        origins = shown(reader.events(found.files, found.events), found.all, common.stderr)
        events = watch_jumps(origins, common.warn)
        program = Received(law, options) if received else Final(law, options)
        said = (
            as_received(program, events, until)
            if isinstance(program, Received)
            else in_the_end(program, events, until)
        )
        spoken: Counter[str] = Counter()
        for notification in _counted(said, spoken):
            target.write(notification_line(notification))
        print_summary(common.stderr, reader, refused, program.book, spoken)
    if strict and refused.by_reason:
        common.fail("lines could not be used, and --strict was given; --rejects FILE keeps them")


def _counted(notifications: Iterator[Notification], spoken: Counter[str]) -> Iterator[Notification]:
    for notification in notifications:
        spoken[notification.type] += 1
        yield notification
