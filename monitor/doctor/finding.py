"""What the doctor finds."""

import asyncio
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Final, NamedTuple

from aiokafka.errors import KafkaError


class State(StrEnum):
    """How a thing is."""

    ok = "ok"
    #: it works, and somebody should look at it
    warn = "warn"
    fail = "fail"


class Finding(NamedTuple):
    """How one thing is, and what to do about it."""

    #: settings, policies, clock, broker, topics, rights, inventory or lag
    about: str
    state: State
    said: str
    #: empty where there is nothing to do
    todo: str = ""
    #: whether the broker as a whole could not be reached
    unreachable: bool = False


def ok(about: str, said: str) -> Finding:
    """Say that a thing is fine."""
    return Finding(about, State.ok, said)


def warn(about: str, said: str, todo: str) -> Finding:
    """Say that a thing works, and what somebody should look at."""
    return Finding(about, State.warn, said, todo)


def fail(about: str, said: str, todo: str) -> Finding:
    """Say that a thing does not work, and what to do."""
    return Finding(about, State.fail, said, todo)


#: What clients of Kafka raise; some broker may know a request in another version only.
KAFKA_ERRORS: Final = (KafkaError, OSError, TimeoutError, NotImplementedError)
_ATTEMPTS: Final = 10
_PAUSE_S: Final = 0.5


async def found(about: str, look: Callable[[], Awaitable[list[Finding]]]) -> list[Finding]:
    """Return what a look finds; a question that the broker does not answer is a finding, too.

    A broker that was just started, or is just moving partitions, is given some time.
    """
    for _ in range(_ATTEMPTS):
        try:
            return await look()
        except KAFKA_ERRORS as error:
            refused = error
            if not getattr(error, "retriable", False):
                break
            await asyncio.sleep(_PAUSE_S)
    said = f"could not be looked at: {reason(refused)}"
    return [fail(about, said, "see that the broker is well, and ask again")]


def reason(error: BaseException) -> str:
    """Say what an exception means in a line."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    text = " ".join(str(error).split())
    name = type(error).__name__
    return text if name in text else f"{name}: {text}".removesuffix(": ")
