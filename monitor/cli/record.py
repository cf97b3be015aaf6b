"""`outage-monitor record`: ranges of topics in one file, for an audit, a replay, or the archive."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from monitor.cli import cluster, common, ranges, taking
from monitor.core.written import time_text
from monitor.recorded.model import End, Head
from monitor.recorded.taking import Wanted
from monitor.recorded.write import SUFFIXES


def record(
    topics: Annotated[
        list[str],
        typer.Argument(
            metavar="TOPIC...",
            help="Topics by name or by part: inputs, alarms, inventory, notifications, "
            "obligations, actions, status ...",
        ),
    ],
    out: Annotated[
        Path,
        typer.Option("-o", "--out", metavar="FILE", help="Write to this file (.zst, .gz, .jsonl)."),
    ],
    since: ranges.Since = None,
    until: ranges.Until = None,
) -> None:
    """Write ranges of topics, as committed, into one file that proves that it is whole.

    For an audit: `record inputs notifications obligations -o FILE.zst`.
    """
    if out.suffix not in SUFFIXES:
        common.fail(f"{out}: the name must end in one of {', '.join(SUFFIXES)}")
    place = cluster.place()
    with common.mistakes_told():
        head, end = taking.taken(
            place, Wanted(taking.named(place.topics, topics), since, until), out
        )
    _tell(out, head, end)


def _tell(out: Path, head: Head, end: End) -> None:
    counts = {(count.topic, count.partition): count for count in end.partitions}
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("topic", "partition", "offsets", "records", "first", "last"):
        table.add_column(column, justify="right" if column in ("partition", "records") else "left")
    for topic in head.topics:
        for one in topic.ranges:
            count = counts.get((topic.name, one.partition))
            times = ["", ""] if count is None else [_time(count.least_ms), _time(count.latest_ms)]
            span = f"{one.begin} to {one.end - 1}" if one.end > one.begin else "none"
            records = f"{count.records:,}" if count is not None else "0"
            table.add_row(escape(topic.name), str(one.partition), span, records, *times)
            if one.begin > 0:
                common.warn(
                    f"{topic.name}/{one.partition} is recorded from offset {one.begin}: what was "
                    "open before cannot be audited"
                )
    common.stderr.print(table)
    common.stderr.print(
        f"{end.records:,} records in {escape(str(out))}\nSHA-256 of the content: {end.sha256}",
        soft_wrap=True,
    )


def _time(time_ms: int) -> str:
    return time_text(time_ms * 1000)
