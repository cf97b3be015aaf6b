"""The page's data: all of it once, and then what changes, as server-sent events."""

from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import APIRouter, Header, HTTPException, Query, Response
from fastapi.responses import StreamingResponse

from monitor.board.hub import RESYNC
from monitor.board.live import Live
from monitor.board.pages import TEXTS

#: More than these are turned away, so that those who look already can go on.
VIEWERS_MOST: Final = 1000


def streams(live: Live) -> APIRouter:
    """Return the routes of the data."""
    router = APIRouter(include_in_schema=False)

    @router.get("/api/board")
    async def snapshot(accept_encoding: Annotated[str, Header()] = "") -> Response:
        plain, zipped = live.snapshot()
        if "gzip" not in accept_encoding:
            return Response(plain, media_type="application/json")
        headers = {"content-encoding": "gzip", "vary": "accept-encoding"}
        return Response(zipped, media_type="application/json", headers=headers)

    @router.get("/api/stream")
    async def stream(
        after: Annotated[str, Query()] = "", last_event_id: Annotated[str, Header()] = ""
    ) -> Response:
        if live.hub.viewers >= VIEWERS_MOST:
            raise HTTPException(503, TEXTS["stream.full"])
        seen = live.hub.after(last_event_id or after)
        headers = {"x-accel-buffering": "no"}
        return StreamingResponse(_told(live, seen), media_type="text/event-stream", headers=headers)

    return router


async def _told(live: Live, seen: int | None) -> AsyncIterator[bytes]:
    """Yield what came since, and then what comes."""
    hub = live.hub
    hub.viewers += 1
    try:
        yield live.greeting()
        while not hub.closed:
            missed = None if seen is None else hub.since(seen)
            if missed is None:
                yield RESYNC
                return
            seen = hub.seq
            if missed:
                yield b"".join(missed)
            await hub.news(seen)
    finally:
        hub.viewers -= 1
