"""A program under measurement: started, its lines followed, its processor time and memory read."""

import asyncio
import json
import os
import signal
import time
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from bisect import bisect_left
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

from bench.live.site import ROOT

_TICKS_PER_SECOND: Final = os.sysconf("SC_CLK_TCK")
_STOP_S: Final = 5.0
_SAMPLE_S: Final = 0.1
_SHOWN: Final = 30
_MEGABYTE_KB: Final = 1024
_LINE_BYTES: Final = 1 << 24


class EndedError(RuntimeError):
    """Raised when a program ends before it should."""


class Line(NamedTuple):
    """A line that a program wrote, and when (wall clock)."""

    at_s: float
    fields: dict[str, Any]


class Program:
    """A running process that writes JSON lines."""

    def __init__(self, process: Process, name: str) -> None:
        """Take a process that was just started, with its output as a pipe."""
        self.name = name
        self.began_s = time.monotonic()
        self.lines: list[Line] = []
        self._process = process
        self._changed = asyncio.Event()
        self._samples: list[tuple[float, float]] = []
        self._tasks = [asyncio.create_task(self._follow()), asyncio.create_task(self._sample())]

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    async def _follow(self) -> None:
        """Note each line when it comes."""
        assert self._process.stdout is not None  # noqa: S101 - it was started with a pipe
        async for line in self._process.stdout:
            try:
                said = json.loads(line)
            except ValueError:
                said = {"event": line.decode(errors="replace").rstrip()}
            self.lines.append(Line(_now_s(), said))
            self._changed.set()
        self._changed.set()

    async def _sample(self) -> None:
        """Note, again and again, how much processor time was used."""
        with suppress(FileNotFoundError, ProcessLookupError):
            while True:
                self._samples.append((_now_s(), self.cpu_s()))
                await asyncio.sleep(_SAMPLE_S)

    async def said(self, event: str, timeout_s: float = 60) -> Line:
        """Wait until a line begins so."""
        try:
            async with asyncio.timeout(timeout_s):
                return await self._said(event)
        except TimeoutError:
            message = f"after {timeout_s:.0f} s no `{event}`: {self.ended()}"
            raise EndedError(message) from None

    async def _said(self, event: str) -> Line:
        seen = 0
        while True:
            for line in self.lines[seen:]:
                if str(line.fields.get("event", "")).startswith(event):
                    return line
            seen = len(self.lines)
            if self._tasks[0].done():
                raise EndedError(self.ended())
            self._changed.clear()
            await self._changed.wait()

    async def more(self, timeout_s: float = 5.0) -> None:
        """Wait until it writes another line, but not for ever."""
        self._changed.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._changed.wait()

    def ended(self) -> str:
        """Say how it ended, if it did, with the last lines it wrote."""
        last = "\n".join(str(line.fields) for line in self.lines[-_SHOWN:])
        return f"{self.name} (exit code {self._process.returncode}) said:\n{last}"

    def check(self) -> None:
        """Raise if it has ended."""
        if self._process.returncode is not None:
            raise EndedError(self.ended())

    def cpu_s(self) -> float:
        """Return the processor time that all its threads have used, user and system."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_PER_SECOND

    def cpu_at(self, at_s: float) -> float:
        """Return the processor time it had used at a time (wall clock), as sampled."""
        place = bisect_left(self._samples, (at_s, 0.0))
        if place == len(self._samples):
            return self._samples[-1][1]
        if not place:
            return self._samples[0][1]
        (t0, cpu0), (t1, cpu1) = self._samples[place - 1 : place + 1]
        return cpu0 + (cpu1 - cpu0) * (at_s - t0) / (t1 - t0)

    def memory_mb(self, name: str = "VmHWM") -> float:
        """Return its resident memory: the peak, or `VmRSS` as it is now."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) / _MEGABYTE_KB
        raise EndedError(self.ended())

    async def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> None:
        """End it, kindly at first."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
            with suppress(TimeoutError):
                async with asyncio.timeout(_STOP_S):
                    await self._process.wait()
        if self._process.returncode is None:
            await self.kill()
        self._tasks[1].cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _now_s() -> float:
    return time.time_ns() / 1e9


@asynccontextmanager
async def program(
    name: str, command: Sequence[str], environment: Mapping[str, str]
) -> AsyncIterator[Program]:
    """Run a program until left."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
        limit=_LINE_BYTES,
    )
    running = Program(process, name)
    try:
        yield running
    finally:
        await running.stop()
