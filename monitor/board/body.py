"""The body of a request, as far as we care to read it."""

from typing import Final

from fastapi import HTTPException, Request

_MOST: Final = 65_536


async def body_of(request: Request) -> bytes:
    """Return the body; one that is too long is refused before all of it is here."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST:
            raise HTTPException(413, f"more than {_MOST} bytes")
    return body
