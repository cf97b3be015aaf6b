"""The product and the others over the same alarms, in alternating order, several times."""

import itertools
import sys
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from bench.live.backlog import ALARMS, run_product
from bench.live.figures import Run
from bench.live.process import Program, program
from bench.live.site import ROOT, Site

ONE: Final = "one worker"
SPLIT: Final = "two workers: ingest, decide"
FAUST: Final = "plain Faust agents (simple part only)"
QUIX: Final = "Quix Streams (simple part only)"
_QUIX_PYTHON: Final = ROOT / ".venv-bench" / "bin" / "python"
_PATIENCE_S: Final = 900.0
_numbers: Final = itertools.count()


class Contest(Struct):
    """Who takes part, and over how many alarms each."""

    site: Site
    alarms: int
    faust_alarms: int
    quix_alarms: int

    def names(self) -> Iterator[str]:
        """Yield those who can take part here."""
        yield from (ONE, SPLIT, FAUST)
        if _QUIX_PYTHON.exists():
            yield QUIX
        else:
            sys.stderr.write("Without Quix Streams: `make .venv-bench/.ready` installs it.\n")
        yield from ("limit: aiokafka and pydantic", "limit: aiokafka and msgspec")

    async def run(self, name: str) -> Run:
        """Let one of them run once."""
        app_id = f"bench-{next(_numbers)}"
        if name in {ONE, SPLIT}:
            return await run_product(self.site, app_id, self.alarms, split=name == SPLIT)
        if name == FAUST:
            command = [sys.executable, "-m", "bench.live.rivals.faust_plain", "worker"]
            # Faust goes on without a topic that is not there yet, though it makes it itself.
            await self.site.make({f"{app_id}-by-outage": 8, f"{app_id}-counts-changelog": 8})
            return await self._rival(name, app_id, command, self.faust_alarms)
        if name == QUIX:
            command = [str(_QUIX_PYTHON), "-m", "bench.live.rivals.quix"]
            return await self._rival(name, app_id, command, self.quix_alarms)
        command = [sys.executable, "-m", "bench.live.rivals.limit", name.rpartition(" ")[2]]
        return await self._rival(name, app_id, command, self.alarms)

    async def _rival(self, name: str, app_id: str, command: list[str], count: int) -> Run:
        environment = {
            "BENCH_BROKER": self.site.broker.bootstrap,
            "BENCH_APP": app_id,
            "BENCH_ALARMS": ALARMS,
            "BENCH_COUNT": str(count),
        }
        async with program(name, command, environment) as running:
            began_s = (await running.said("began")).at_s
            done_s = (await running.said("done", _PATIENCE_S)).at_s
            return _measured(running, count, began_s, done_s)


def _measured(running: Program, count: int, began_s: float, done_s: float) -> Run:
    cpu_s = running.cpu_at(done_s) - running.cpu_at(began_s)
    return Run(count / (done_s - began_s), cpu_s * 1e6 / count, running.memory_mb())


async def contest(site: Site, sizes: tuple[int, int, int], runs: int) -> dict[str, list[Run]]:
    """Let all run so often, every other time in reverse order."""
    all_of_them = Contest(site, *sizes)
    names = list(all_of_them.names())
    found: dict[str, list[Run]] = {name: [] for name in names}
    for number in range(runs):
        for name in reversed(names) if number % 2 else names:
            run = await all_of_them.run(name)
            found[name].append(run)
            sys.stderr.write(
                f"run {number + 1} of {runs}: {name}: {run.alarms_per_second:,.0f}/s\n"
            )
    return found
