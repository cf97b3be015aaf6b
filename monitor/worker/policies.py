"""Says in the log of a running worker which policies end soon: at its start, and every day."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

import structlog

from monitor.clock import Clock
from monitor.packs.model import Pack
from monitor.packs.validity import countries_without_policy, ending_soon
from monitor.tasks import cancelled_on_exit

_DAY_S: Final = 24 * 60 * 60.0
_log = structlog.get_logger(__name__)


@asynccontextmanager
async def reminding(packs: Sequence[Pack], clock: Clock) -> AsyncIterator[None]:
    """Say it again and again while the worker runs."""
    task = asyncio.create_task(_remind(packs, clock), name="policies")
    async with cancelled_on_exit([task]):
        yield


async def _remind(packs: Sequence[Pack], clock: Clock) -> None:
    while True:
        say(packs, clock.now_us())
        await asyncio.sleep(_DAY_S)


def say(packs: Sequence[Pack], now_us: int) -> None:
    """Log a line for each policy that ends soon or has ended, and for each country without one."""
    for ending in ending_soon(packs, now_us):
        _log.log(40 if ending.ended else 30, str(ending))
    for country in countries_without_policy(packs, now_us):
        _log.error("no policy is in force: no outage there would be notified", country=country)
