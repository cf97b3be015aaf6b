"""The worker as it is deployed: a process of its own, that must never be started again."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from msgspec import Struct

_STOP_S: Final = 20.0


class Worker(Struct):
    """A running worker and the file of its log."""

    process: asyncio.subprocess.Process
    log: Path

    def check_alive(self) -> None:
        """Raise if it ended; what it said last tells why."""
        if self.process.returncode is not None:
            last = self.log.read_text(errors="replace")[-3000:]
            message = f"the worker ended with code {self.process.returncode}:\n{last}"
            raise RuntimeError(message)

    @property
    def log_lines(self) -> int:
        """How many lines it logged."""
        with self.log.open("rb") as lines:
            return sum(1 for _ in lines)


@asynccontextmanager
async def running_worker(directory: Path, environment: dict[str, str]) -> AsyncIterator[Worker]:
    """Run one worker; end it in the way a supervisor does."""
    log = directory / "worker.log"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "monitor", "worker",
            env=kept | environment, stdout=output, stderr=output,
        )  # fmt: skip
    try:
        yield Worker(process, log)
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), _STOP_S)
            except TimeoutError:
                process.kill()
                await process.wait()
