"""Requests to a board under test."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from aiohttp import ClientSession, CookieJar

from board.served import Board, board

#: What a program must send to change something.
OWN = {"x-outage-board": "1"}


class Answer(NamedTuple):
    """What was answered."""

    status: int
    headers: dict[str, str]
    body: bytes
    json: Any


class Asker:
    """Asks one board."""

    def __init__(self, served: Board, session: ClientSession) -> None:
        """Take a running board."""
        self.board = served
        self.session = session

    async def __call__(self, path: str, method: str = "GET", **more: Any) -> Answer:
        """Ask."""
        async with self.session.request(
            method, self.board.url + path, allow_redirects=False, **more
        ) as response:
            body = await response.read()
            is_json = "json" in response.headers.get("content-type", "")
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(
                response.status, headers, body, await response.json() if is_json else None
            )


def asked(scene: Callable[[Asker], Awaitable[None]], **how: Any) -> None:
    """Play a scene with a board and somebody who asks it."""

    async def play() -> None:
        jar = CookieJar(unsafe=True)
        async with (
            asyncio.timeout(60),
            board(**how) as served,
            ClientSession(cookie_jar=jar) as session,
        ):
            await scene(Asker(served, session))

    asyncio.run(play())
