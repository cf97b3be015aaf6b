"""What commands share that read ranges of topics: the cluster, the reading, what is told."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from aiokafka.errors import KafkaError
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from monitor.broker.existing import NoSuchTopicError
from monitor.cli import cluster, common
from monitor.cli.output import OutputError
from monitor.ledger.topic import SilentError
from monitor.packs.errors import PackError
from monitor.packs.loading import load_law
from monitor.recorded.bound import Bound
from monitor.recorded.model import End, Head
from monitor.recorded.taking import Wanted, head_of, take
from monitor.recorded.write import Writer, opened
from monitor.topics import Topics

#: What a user may call a topic, beside its own name.
_ALSO: Final = {"outage-inputs": "inputs"}


def named(topics: Topics, names: Sequence[str]) -> dict[str, str]:
    """Return the names of topics, given by name or by part, each with its part."""
    parts = {topic.name: part for part, topic in topics.by_part().items()}
    by_part = {part: name for name, part in parts.items()}
    found = {}
    for name in names:
        full = name if name in parts else by_part.get(_ALSO.get(name, name).replace("-", "_"))
        if full is None:
            known = ", ".join(f"{part} ({name})" for name, part in parts.items())
            common.fail(f"{name} is no topic of ours; there are: {known}")
        found[full] = parts[full]
    return found


def taken(place: cluster.Place, wanted: Wanted, path: Path) -> tuple[Head, End]:
    """Record ranges of topics into a file, or tell why that cannot be done, and end."""
    try:
        return asyncio.run(_take(place, wanted, path))
    except (NoSuchTopicError, PackError) as error:
        common.fail(str(error))
    except SilentError as error:
        common.fail(f"the cluster at {place.broker.bootstrap}: {error}", common.Exit.UNREACHABLE)
    except (KafkaError, TimeoutError) as error:
        cluster.unreachable(place.broker, error)


@contextmanager
def spooled(
    names: Sequence[str],
    since: Bound | None,
    until: Bound | None,
    *,
    inventory: bool = False,
    keep: Path | None = None,
) -> Iterator[Path]:
    """Record ranges of topics into a file for as long as a command runs, or into one to keep.

    `inventory`: beside alarms the inventory is needed, all of it, whatever the range.
    """
    place = cluster.place()
    topics = named(place.topics, names)
    whole = {place.topics.inventory.name} if inventory and "alarms" in topics.values() else set()
    topics |= dict.fromkeys(whole, "inventory")
    with TemporaryDirectory(prefix="outage-monitor-") as directory:
        path = keep or Path(directory) / "recording.zst"
        taken(place, Wanted(topics, since, until, frozenset(whole)), path)
        yield path


async def _take(place: cluster.Place, wanted: Wanted, path: Path) -> tuple[Head, End]:
    settings = place.settings
    head = await head_of(
        place.broker,
        wanted,
        product=version("outage-monitor"),
        policy_set=load_law(settings.policy_dirs, settings.designations).policy_set,
        app_id=settings.app_id,
    )
    columns = (
        TextColumn("recording"), BarColumn(), MofNCompleteColumn(), TextColumn("offsets"),
        TimeRemainingColumn(),
    )  # fmt: skip
    console = common.stderr
    try:
        with (
            opened(path) as file,
            Progress(
                *columns, console=console, transient=True, disable=not console.is_terminal
            ) as bar,
        ):
            task = bar.add_task("recording", total=None)

            def told(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total)

            return head, await take(place.broker, head, wanted, Writer(file, head), told)
    except OSError as error:
        if isinstance(error, KafkaError | TimeoutError) or error.filename is None:
            raise
        message = f"{path}: cannot be written: {error.strerror}"
        raise OutputError(message) from error
