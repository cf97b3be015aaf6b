"""Progress of a long reading, on standard error and only where a person looks at it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from monitor.replay.lines import Lines

_EVERY = 5_000

T = TypeVar("T")


def shown(items: Iterable[T], files: Sequence[Lines], console: Console) -> Iterator[T]:
    """Pass items on; on a terminal show rate, position and time left meanwhile."""
    if not console.is_terminal:
        yield from items
        return
    sizes = [file.size_bytes for file in files]
    total = None if None in sizes else sum(size or 0 for size in sizes)
    columns = (
        TextColumn("reading"),
        BarColumn(),
        DownloadColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("reading", total=total, rate="")
        for count, item in enumerate(items, 1):
            if count % _EVERY == 0:
                read = sum(file.position_bytes for file in files)
                elapsed_seconds = progress.tasks[task].elapsed or 1
                rate = f"{count:,} alarms, {count / elapsed_seconds:,.0f}/s"
                progress.update(task, completed=read, rate=rate)
            yield item
