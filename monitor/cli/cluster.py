"""What commands share that ask a cluster: where it is, how long it takes, and if it is silent."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar

from aiokafka.errors import KafkaConnectionError, KafkaError
from msgspec import Struct
from rich.progress import Progress as Bar

from monitor.broker.access import Broker
from monitor.broker.connect import broker_of
from monitor.cli import common
from monitor.settings import Settings
from monitor.topics import Topics, TopicsError, load_topics

_T = TypeVar("_T")
#: Is told how many offsets were read, of how many.
Progress = Callable[[int, int], None]


class Place(Struct, frozen=True):
    """The cluster and the topics that the settings name."""

    settings: Settings
    broker: Broker
    topics: Topics


def place() -> Place:
    """Return where the settings say that everything is, or tell what is wrong with them."""
    settings = common.settings()
    # What the library has to say of a broker that is gone is said below, in one sentence.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    try:
        topics = load_topics(settings.app_id, settings.topics_file)
    except TopicsError as error:
        common.fail(str(error))
    return Place(settings, broker_of(settings), topics)


@contextmanager
def progress(what: str) -> Iterator[Progress]:
    """Show on a terminal how much was read."""
    with Bar(console=common.stderr, transient=True, disable=not common.stderr.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda read, total: bar.update(task, completed=read, total=total)


def reached(
    broker: Broker, work: Coroutine[Any, Any, _T], mistakes: tuple[type[Exception], ...] = ()
) -> _T:
    """Wait for an answer, or say that there is none, and end; mistakes are the user's own."""
    try:
        return asyncio.run(work)
    except mistakes as error:
        common.fail(str(error))
    except (KafkaError, OSError, TimeoutError) as error:
        unreachable(broker, error)


def unreachable(broker: Broker, error: Exception) -> NoReturn:
    """Say that there is no answer, and what to look at; and end."""
    # Of a connection that failed the library says nothing but the address, at length.
    why = "" if isinstance(error, KafkaConnectionError | TimeoutError) else f" ({error!r})"
    common.fail(
        f"the cluster at {broker.bootstrap} does not answer{why}: is it running, is this "
        "its address (MONITOR_BROKER), and do the MONITOR_KAFKA_... settings let us in?",
        common.Exit.UNREACHABLE,
    )
