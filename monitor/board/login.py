"""The login: the token once, and then a cookie."""

import asyncio
import time
from typing import Final

from fastapi import APIRouter, HTTPException, Request, Response
from msgspec import Struct
from msgspec.json import decode, encode

from monitor.board.access import COOKIE, SESSION_S, Access, Attempts
from monitor.board.body import body_of
from monitor.board.pages import TEXTS
from monitor.clock import Clock

#: After a wrong token.
_WAIT_S: Final = 0.5


class Login(Struct, forbid_unknown_fields=True):
    """What the login page sends."""

    token: str
    name: str = ""


def logins(access: Access, clock: Clock) -> APIRouter:
    """Return the routes of the login."""
    router, attempts = APIRouter(include_in_schema=False), Attempts()

    @router.get("/api/me")
    async def me(request: Request) -> Response:
        name = request.state.person.name
        told = {"name": name, "logout": access.takes_token and COOKIE in request.cookies}
        return Response(encode(told), media_type="application/json")

    @router.post("/api/login")
    async def login(request: Request) -> Response:
        peer = request.client.host if request.client else ""
        if not attempts.allowed(peer, time.monotonic()):
            raise HTTPException(429, TEXTS["login.wait"])
        given = _login(await body_of(request))
        if not access.is_token(given.token):
            attempts.wrong(peer, time.monotonic())
            await asyncio.sleep(_WAIT_S)
            raise HTTPException(403, TEXTS["login.wrong"])
        response = Response(status_code=204)
        response.set_cookie(
            COOKIE, access.cookie(given.name, clock.now_us() / 1e6), max_age=SESSION_S,
            httponly=True, samesite="strict", secure=request.url.scheme == "https",
        )  # fmt: skip
        return response

    @router.post("/api/logout")
    async def logout() -> Response:
        response = Response(status_code=204)
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return response

    return router


def _login(body: bytes) -> Login:
    try:
        return decode(body, type=Login)
    except ValueError as error:
        raise HTTPException(422, str(error)) from None
