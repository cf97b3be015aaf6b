"""The web application of a board, put together."""

import time
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from monitor.board.access import Access
from monitor.board.api import WriteActions, routes
from monitor.board.guard import Guard
from monitor.board.live import Live
from monitor.board.login import logins
from monitor.board.metrics import registry_of
from monitor.board.openapi import with_messages
from monitor.board.pages import pages
from monitor.board.stream import streams
from monitor.clock import WallClock
from monitor.readiness import Readiness

_HANGS_S: Final = 60.0


def board_app(live: Live, access: Access, write: WriteActions, readiness: Readiness) -> ASGIApp:
    """Return the application: page, API, health and metrics, behind its guard."""
    app = FastAPI(
        title="Outage monitor: board",
        version=version("outage-monitor"),
        description="Open outages, what must be notified, and who has seen it.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    _add_health(app, live, readiness)
    app.include_router(pages())
    app.include_router(logins(access, WallClock()))
    app.include_router(streams(live))
    app.include_router(routes(live, write))
    app.add_exception_handler(HTTPException, _said)
    app.add_exception_handler(RequestValidationError, _not_valid)
    with_messages(app)
    # A session is as long in the demonstration, whose own clock runs faster.
    return Guard(app, access, WallClock())


def _add_health(app: FastAPI, live: Live, readiness: Readiness) -> None:
    registry = registry_of(live)

    @app.get("/health/live", tags=["health"])
    async def alive() -> Response:
        """Say whether the board reads its topics."""
        late_s = 0.0 if live.reader is None else time.monotonic() - live.reader.beat_s
        body = {"live": late_s < _HANGS_S, "read_seconds_ago": round(late_s, 1)}
        return JSONResponse(body, 200 if body["live"] else 503)

    @app.get("/health/ready", tags=["health"])
    async def ready() -> Response:
        """Say whether the board has read everything, and what is missing."""
        missing: Mapping[str, str] = readiness.missing
        return JSONResponse(
            {"ready": not missing, "missing": dict(missing)}, 503 if missing else 200
        )

    @app.get("/metrics", tags=["health"], include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(registry), headers={"content-type": CONTENT_TYPE_LATEST})


async def _said(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for nothing else
    return JSONResponse({"error": error.detail}, error.status_code)


async def _not_valid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
    wrong: list[Any] = list(error.errors())
    said = "; ".join(f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in wrong)
    return JSONResponse({"error": said}, 422)
