"""The records of one partition that were delivered and wait to be handled."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from msgspec import Struct

#: So many bytes may wait; whoever delivers more has to wait.
_MAX_BYTES: Final = 16 * 1024 * 1024


class Waiting(Struct, frozen=True):
    """A record of inputs, and how it is acknowledged."""

    offset: int
    value: bytes
    stamp_us: int
    ack: Callable[[], Any]


class Queue:
    """First in, first out, and bounded by bytes."""

    def __init__(self) -> None:
        """Start empty."""
        self._waiting: deque[Waiting] = deque()
        self._bytes = 0
        self._arrived = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    def __bool__(self) -> bool:
        """Whether anything waits."""
        return bool(self._waiting)

    async def put(self, waiting: Waiting) -> None:
        """Add a record, once there is room."""
        await self._room.wait()
        self._waiting.append(waiting)
        self._bytes += len(waiting.value)
        if self._bytes > _MAX_BYTES:
            self._room.clear()
        self._arrived.set()

    def take(self) -> Waiting | None:
        """Return the next record, if any."""
        if not self._waiting:
            return None
        waiting = self._waiting.popleft()
        self._bytes -= len(waiting.value)
        if self._bytes <= _MAX_BYTES:
            self._room.set()
        return waiting

    def put_back(self, waiting: Sequence[Waiting]) -> None:
        """Put records back before all others."""
        self._waiting.extendleft(reversed(waiting))
        self._bytes += sum(len(one.value) for one in waiting)

    async def wait(self, at_most_s: float) -> None:
        """Wait until something is there, but not for ever."""
        if not self._waiting:
            self._arrived.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(at_most_s):
                    await self._arrived.wait()

    def close(self) -> None:
        """Let nobody wait any more."""
        self._arrived.set()
        self._room.set()
