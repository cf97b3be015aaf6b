"""One encoding of each change, shared by all who look.

A change is written once, numbered, and kept for a while. Each viewer has only a number: the last
change it has seen. So a slow viewer costs nothing, and one that was away for a moment goes on where
it was; one that was away for longer is told to read the whole page again.
"""

import asyncio
from collections import deque
from typing import Final

from msgspec.json import encode

_KEPT: Final = 2000
_KEPT_BYTES: Final = 16 * 1024 * 1024
RESYNC: Final = b"event: resync\ndata: {}\n\n"


class Hub:
    """Numbers changes and hands them to any number of viewers."""

    def __init__(self, epoch: str) -> None:
        """Start; the epoch tells the numbers of this process from those of the one before."""
        self.epoch = epoch
        self.seq = 0
        self.viewers = 0
        self.closed = False
        #: of all messages so far, each counted once
        self.written_bytes = 0
        self._kept: deque[bytes] = deque()
        self._bytes = 0
        self._news = asyncio.Event()

    def publish(self, message: dict[str, object]) -> None:
        """Write a message for everybody."""
        self.seq += 1
        line = encode(message)
        self._keep(b"id: %s-%d\ndata: %s\n\n" % (self.epoch.encode(), self.seq, line))
        self._wake()

    def close(self) -> None:
        """Let all viewers go: the process ends."""
        self.closed = True
        self._wake()

    def after(self, seen: str) -> int | None:
        """Return the number in a viewer's word on what it has seen; None: it must begin anew."""
        epoch, _, number = seen.rpartition("-")
        if epoch != self.epoch or not (number.isascii() and number.isdigit()):
            return None
        return int(number)

    def since(self, seq: int) -> list[bytes] | None:
        """Return what came after a number; None if it is not kept any more, or never was."""
        missed = self.seq - seq
        if not 0 <= missed <= len(self._kept):
            return None
        return [self._kept[place] for place in range(-missed, 0)]

    async def news(self, seq: int) -> None:
        """Wait until there is something after a number."""
        while self.seq == seq and not self.closed:
            await self._news.wait()

    def _keep(self, written: bytes) -> None:
        self._kept.append(written)
        self._bytes += len(written)
        self.written_bytes += len(written)
        while len(self._kept) > _KEPT or self._bytes > _KEPT_BYTES:
            self._bytes -= len(self._kept.popleft())

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()
