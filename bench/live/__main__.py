"""Measure the product live on Apache Kafka: `make bench-live`, or `python -m bench.live --help`."""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from bench.live.backlog import preload
from bench.live.contest import FAUST, ONE, QUIX, SPLIT, contest
from bench.live.figures import Runs, quantile, rate, rows, spread, table
from bench.live.lateness import lateness
from bench.live.recovery import recovery
from bench.live.site import Site, open_site
from bench.live.takeover import takeover

_PARTS: Final = ("throughput", "lateness", "recovery", "takeover")
_MEGA: Final = 1_000_000


class Sizes(Struct, frozen=True):
    """How much is measured."""

    runs: int = 3
    alarms: int = 300_000
    faust_alarms: int = 10_000
    quix_alarms: int = 100_000
    outages_due: int = 10_000
    storm_seconds: int = 60
    active_alarms: tuple[int, ...] = (100_000, _MEGA)
    takeovers: int = 3


_QUICK: Final = Sizes(
    runs=1,
    alarms=40_000,
    faust_alarms=1_000,
    quix_alarms=10_000,
    outages_due=2_000,
    storm_seconds=20,
    active_alarms=(100_000,),
    takeovers=1,
)


class Bench:
    """The parts of the bench, one after the other; each prints its table."""

    def __init__(self, sizes: Sizes, storm_rate: float | None) -> None:
        """Take the sizes, and the rate of the storm if it is not to be half of what is measured."""
        self._sizes = sizes
        self._storm_rate = storm_rate

    async def run(self, parts: list[str]) -> None:
        """Run some parts, each on a broker of its own."""
        for part in parts:
            began_s = time.monotonic()
            measure: Callable[[Site], Awaitable[None]] = getattr(self, part)
            async with open_site() as site:
                await measure(site)
            sys.stderr.write(f"{part}: {time.monotonic() - began_s:.0f} s\n")

    async def throughput(self, site: Site) -> None:
        """Work off a backlog, side by side with others."""
        sizes = self._sizes
        await preload(site, sizes.alarms)
        counts = (sizes.alarms, sizes.faust_alarms, sizes.quix_alarms)
        found = await contest(site, counts, sizes.runs)
        head = ("a backlog of native alarms", "alarms/s", "CPU µs an alarm", "peak MB")
        print(table(head, rows(found)))
        print_ratios(found)
        self._storm_rate = self._storm_rate or rate(found[ONE]) / 2

    async def lateness(self, site: Site) -> None:
        """Let deadlines fall due in a storm."""
        assert self._storm_rate is not None  # noqa: S101 - given, or measured before
        sizes = self._sizes
        late = await lateness(
            site,
            "late",
            rate=self._storm_rate,
            outages=sizes.outages_due,
            seconds=sizes.storm_seconds,
        )
        head = (
            f"{late.outages:,} deadlines in a storm of {late.rate:,.0f} alarms/s",
            "p50 s", "p99 s", "max s",
        )  # fmt: skip
        body = [
            late.row("from the deadline to `detected_at`", late.detected_s),
            late.row("from the deadline to the broker that has it", late.written_s),
            late.row("from the deadline to a reader of committed records", late.seen_s),
        ]
        print(table(head, body))
        print(f"lateness p99 <= 1 s: {_verdict(quantile(late.seen_s, 0.99) <= 1)}\n")

    async def recovery(self, site: Site) -> None:
        """Start on large ledgers."""
        body, last = [], None
        for alarms in self._sizes.active_alarms:
            last = r = await recovery(site, f"recovery-{alarms}", alarms)
            memory = (r.ready_mb, r.awake_mb, r.peak_mb)
            body.append(
                (
                    f"{alarms:,}",
                    f"{r.seconds:.1f}",
                    f"{r.cpu_s:.1f}",
                    *(f"{m:,.0f}" for m in memory),
                )
            )
        head = (
            "active alarms", "ready after s", "CPU s", "MB when ready",
            "MB with all outages in use", "peak MB",
        )  # fmt: skip
        print(table(head, body))
        if last is not None and last.alarms == _MEGA:
            print(f"a million recovered <= 10 s: {_verdict(last.seconds <= 10)}")  # noqa: PLR2004
            print(f"memory of a million <= 2 GB: {_verdict(last.peak_mb <= 2048)}\n")  # noqa: PLR2004

    async def takeover(self, site: Site) -> None:
        """Kill one of two workers."""
        times = [await takeover(site, f"takeover-{n}") for n in range(self._sizes.takeovers)]
        print(f"published again after kill -9 of one of two workers: {spread(times, 1)} s\n")


def print_ratios(found: Runs) -> None:
    """Print how the product compares, and whether the aims are met."""
    one, split = rate(found[ONE]), rate(found[SPLIT])
    print(f"one worker >= 30,000 alarms/s: {_verdict(one >= 30_000)}")  # noqa: PLR2004
    print(f"two workers >= 45,000 alarms/s: {_verdict(split >= 45_000)}")  # noqa: PLR2004
    for name, aim in ((FAUST, 20), (QUIX, 2)):
        if name in found:
            times = one / rate(found[name])
            print(f"one worker to {name}: {times:.1f} times, aim {aim}: {_verdict(times >= aim)}")
    for name in found:
        if name.startswith("limit"):
            print(f"one worker to {name}: {one / rate(found[name]):.0%}")
    print()


def _verdict(is_met: bool) -> str:  # noqa: FBT001 - the only argument
    return "met" if is_met else "MISSED"


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes: does it run at all?")
    parser.add_argument("--only", nargs="+", choices=_PARTS, default=list(_PARTS))
    parser.add_argument("--runs", type=int, help="of each contestant")
    parser.add_argument("--alarms", type=int, help="in the backlog")
    parser.add_argument("--storm", type=float, help="alarms/s while deadlines fall due")
    given = parser.parse_args()
    if "lateness" in given.only and not (given.storm or "throughput" in given.only):
        parser.error("lateness alone needs --storm RATE")
    sizes = _QUICK if given.quick else Sizes()
    changes = {"runs": given.runs, "alarms": given.alarms}
    sizes = replace(sizes, **{name: value for name, value in changes.items() if value})
    load = ", ".join(f"{n:.1f}" for n in os.getloadavg())
    print(f"{os.cpu_count()} cores, load before: {load}, Python {sys.version.split()[0]}\n")
    asyncio.run(Bench(sizes, given.storm).run(given.only))


if __name__ == "__main__":
    main()
