"""Waiting for a cluster, and what is said when it does not answer."""

import asyncio
from collections.abc import Coroutine
from typing import Any, NoReturn, TypeVar

from aiokafka.errors import KafkaConnectionError, KafkaError

from monitor.broker.access import Broker
from monitor.cli import common

_T = TypeVar("_T")


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
