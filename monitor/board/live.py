"""The page as it lives: what changed is written down a few times a second, once for everybody."""

import asyncio
import gzip
import time
from typing import Any, Final

from msgspec.json import encode

from monitor.board.hub import Hub
from monitor.board.pulse import Pulse
from monitor.board.reading import Reader
from monitor.board.state import State
from monitor.clock import Clock

#: Changes of so long go out together.
EVERY_S: Final = 0.25
#: Where nothing changes, the page still hears that it is connected, and what time it is.
_BEAT_S: Final = 2.0
#: Bytes a second to all viewers together; when more changes, it goes out less often.
_PACE_BYTES_PER_S: Final = 20_000_000
_GZIP_LEVEL: Final = 5


class Live:
    """State, clock and viewers of one board."""

    def __init__(self, state: State, hub: Hub, clock: Clock, pulse: Pulse) -> None:
        """Show a state."""
        self.state = state
        self.hub = hub
        self.clock = clock
        self.pulse = pulse
        self.reader: Reader | None = None
        self._said_s = 0.0
        self._health: dict[str, Any] = {"state": "starting"}
        self._written: tuple[int, bytes, bytes] = (-1, b"", b"")

    async def run(self) -> None:
        """Write down what changes until cancelled."""
        while True:
            began_bytes = self.hub.written_bytes
            self.flush(time.monotonic())
            sent_bytes = (self.hub.written_bytes - began_bytes) * self.hub.viewers
            await asyncio.sleep(max(EVERY_S, sent_bytes / _PACE_BYTES_PER_S))

    def flush(self, monotonic_s: float) -> None:
        """Write down what changed, or that nothing did for a while."""
        read = self.reader is None or self.reader.caught_up
        # While the topics are read at the start, everything changes: that is shown when it is over.
        changed = self.state.changes() if read else {}
        health = self.pulse.health(monotonic_s, read=read, complete=self.state.input_complete)
        turned = health["state"] != self._health["state"]
        self._health = health
        if changed or turned or monotonic_s - self._said_s >= _BEAT_S:
            self._said_s = monotonic_s
            self.hub.publish({**self._head(), **changed})

    def snapshot(self) -> tuple[bytes, bytes]:
        """Return the whole page as JSON, plain and compressed; written once for all who ask."""
        if self._written[0] != self.hub.seq:
            seen = f"{self.hub.epoch}-{self.hub.seq}"
            plain = encode({**self._head(), "seen": seen, **self.state.document()})
            self._written = self.hub.seq, plain, gzip.compress(plain, _GZIP_LEVEL)
        return self._written[1:]

    def greeting(self) -> bytes:
        """Return the first word to a viewer: what time it is, and how things are."""
        return b"retry: 2000\ndata: %s\n\n" % encode(self._head())

    def _head(self) -> dict[str, Any]:
        return {
            "now": self.clock.now_us() // 1000,
            "speed": self.clock.speed,
            "health": self._health,
        }
