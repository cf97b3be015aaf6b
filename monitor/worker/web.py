"""Where a worker says how it is: `/health/live`, `/health/ready` and `/metrics`.

Live: everything that should go round did so lately. Ready: the inventory is there, and the ledger
of every partition of ours is read back; what is missing is said in a sentence.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from monitor.readiness import Readiness

#: name: how many seconds ago it last went round
Beats = Callable[[], Mapping[str, float]]
#: the metrics, in Prometheus' text format
Page = Callable[[], Awaitable[bytes]]

#: Whoever has not gone round for so long hangs.
HANGS_S: Final = 60.0


class PortError(RuntimeError):
    """Raised when the address cannot be listened on."""


@asynccontextmanager
async def serving(
    bind: str, port: int, readiness: Readiness, beats: Beats, page: Page
) -> AsyncIterator[int]:
    """Answer on an address; yield the port, which is chosen if 0 was given."""

    async def live(_request: web.Request) -> web.Response:
        late = {name: round(s, 1) for name, s in beats().items() if s > HANGS_S}
        body = {"live": not late, "hanging_seconds": late}
        return web.json_response(body, status=503 if late else 200)

    async def ready(_request: web.Request) -> web.Response:
        missing = dict(readiness.missing)
        body = {"ready": not missing, "missing": missing}
        return web.json_response(body, status=503 if missing else 200)

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(body=await page(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.add_routes(
        [
            web.get("/health/live", live),
            web.get("/health/ready", ready),
            web.get("/metrics", metrics),
        ]
    )
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        site = web.TCPSite(runner, bind, port)
        try:
            await site.start()
        except OSError as error:
            message = (
                f"cannot listen on {bind}:{port}: {error.strerror}; set MONITOR_WEB_PORT "
                "(0: any free port) or MONITOR_WEB_BIND"
            )
            raise PortError(message) from error
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()
