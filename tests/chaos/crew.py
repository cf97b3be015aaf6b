"""The workers: real processes, each started again whenever it ends, as a supervisor does."""

import asyncio
import json
import os
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, field

from monitor.clock import WallClock
from monitor.formats.instant import time_us

_SETPRIV: Final = shutil.which("setpriv")
_DIES_WITH_US: Final = [_SETPRIV, "--pdeathsig", "KILL"] if _SETPRIV else []
_RESTART_S: Final = 0.3


class End(Struct, frozen=True):
    """How a worker ended."""

    worker: str
    role: str
    code: int
    #: what we did to it, if we did
    asked: str | None
    #: how long it ran, and how long it took to end after it was asked
    ran_s: float
    took_s: float
    #: the last lines of its log
    last: list[str]
    #: how long ago it had said that it cannot go on, if it had
    failing_s: float


class Worker:
    """One place for a process; what is started there again and again has the same role."""

    def __init__(self, name: str, role: str, env: dict[str, str], directory: Path) -> None:
        """Take what it is, and where its logs go."""
        self.name = name
        self.role = role
        self.ends: list[End] = []
        self._env = {k: v for k, v in os.environ.items() if not k.startswith("MONITOR_")} | env
        self._directory = directory
        self._process: asyncio.subprocess.Process | None = None
        self._asked: tuple[str, float] | None = None
        self._wanted = False
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether its process is there now."""
        return self._process is not None and self._process.returncode is None

    def start(self) -> None:
        """Start it, and whenever it ends start it again."""
        self._wanted = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._keep_running())

    def send(self, number: signal.Signals) -> bool:
        """Send a signal; return whether there was a process to take it."""
        process = self._process
        if process is None or process.returncode is not None:
            return False
        if number in {signal.SIGKILL, signal.SIGTERM}:
            self._asked = (number.name, time.monotonic())
        elif number == signal.SIGCONT and self._asked is not None:
            # Frozen it could not hear.
            self._asked = (self._asked[0], time.monotonic())
        with suppress(ProcessLookupError):
            process.send_signal(number)
        return True

    async def end(self, number: signal.Signals) -> None:
        """End it for good: until it is started again."""
        self._wanted = False
        self.send(signal.SIGCONT)
        self.send(number)
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=20)
            if not self._task.done():
                self.send(signal.SIGKILL)
                await self._task

    def _asked_for(self) -> tuple[str | None, float]:
        return (None, time.monotonic()) if self._asked is None else self._asked

    async def _keep_running(self) -> None:
        while self._wanted:
            began_s, self._asked = time.monotonic(), None
            log = self._directory / f"{self.name}.{len(self.ends):03}.log"
            with log.open("wb") as out:
                self._process = await asyncio.create_subprocess_exec(
                    *_DIES_WITH_US, sys.executable, "-m", "monitor", "worker", "--role", self.role,
                    env=self._env, stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=out,
                )  # fmt: skip
            code = await self._process.wait()
            asked, asked_s = self._asked_for()
            took_s, ran_s = time.monotonic() - asked_s, time.monotonic() - began_s
            lines = log.read_text(errors="replace").splitlines()
            self.ends.append(
                End(self.name, self.role, code, asked, ran_s, took_s, lines[-5:], _failing_s(lines))
            )
            if self._wanted:
                await asyncio.sleep(_RESTART_S)


class Crew(Struct):
    """All workers, and where their logs are."""

    directory: Path
    #: by network: the environment of a worker there
    environments: list[dict[str, str]]
    workers: list[Worker] = field(default_factory=list)
    #: those of rebalance storms, which have ended
    visitors: list[Worker] = field(default_factory=list)

    def add(self, role: str, network: int) -> Worker:
        """Add a worker; it is not started yet."""
        name = f"{len(self.workers)}-{role}"
        worker = Worker(name, role, self.environments[network], self.directory)
        self.workers.append(worker)
        return worker

    def visitor(self, role: str, network: int) -> Worker:
        """Return a worker that comes and goes."""
        name = f"visitor{len(self.visitors)}-{role}"
        worker = Worker(name, role, self.environments[network], self.directory)
        self.visitors.append(worker)
        return worker

    async def end_all(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End all workers, and wait until they have."""
        await asyncio.gather(*(worker.end(number) for worker in [*self.workers, *self.visitors]))

    def start_all(self) -> None:
        """Start all workers that stay."""
        for worker in self.workers:
            worker.start()

    @property
    def ends(self) -> list[End]:
        """How workers ended, all of them."""
        return [end for worker in [*self.workers, *self.visitors] for end in worker.ends]

    def said(self) -> list[tuple[str, dict[str, Any]]]:
        """Return what stands in the logs and is worse than a note: log, and line.

        A line that is no JSON is what Python itself said, a traceback for example.
        """
        found = []
        for log in sorted(self.directory.glob("*.log")):
            for text in log.read_text(errors="replace").splitlines():
                try:
                    line = json.loads(text)
                except ValueError:
                    line = {"level": "raw", "event": text}
                if line.get("level") not in {"debug", "info"}:
                    found.append((log.name, line))
        return found


def _failing_s(lines: list[str]) -> float:
    """Return how long ago a worker first said that it cannot go on; 0 if it did not."""
    for text in lines:
        if '"critical"' in text and "cannot go on" in text:
            line = json.loads(text)
            return (WallClock().now_us() - time_us(line["timestamp"])) / 1e6
    return 0.0
