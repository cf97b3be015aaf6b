"""The page and its files: no data, no login, the same for everybody."""

from html import escape
from importlib.resources import files
from importlib.resources.abc import Traversable
from re import sub
from typing import Final

from fastapi import APIRouter, HTTPException, Response
from msgspec.json import decode

from monitor.board.runbook import runbook

_STATIC: Final = files("monitor.board") / "static"
_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
}
#: Every text of the page, by its key.
TEXTS: Final = decode((_STATIC / "texts.json").read_bytes(), type=dict[str, str])


def pages() -> APIRouter:
    """Return the routes of the page and its files; all of it is for everybody."""
    router = APIRouter(include_in_schema=False)
    static = {file.name: file.read_bytes() for file in _STATIC.iterdir() if _type(file)}
    shells = {
        name: _filled((_STATIC / f"{name}.html").read_text("utf-8"), TEXTS)
        for name in ("board", "login", "runbook")
    }
    shells["runbook"] = shells["runbook"].replace(b"<!-- the runbook -->", runbook().encode())

    @router.get("/")
    @router.get("/outage")
    async def board() -> Response:
        return Response(shells["board"], media_type="text/html; charset=utf-8")

    @router.get("/login")
    async def login_page() -> Response:
        return Response(shells["login"], media_type="text/html; charset=utf-8")

    @router.get("/runbook")
    async def runbook_page() -> Response:
        return Response(shells["runbook"], media_type="text/html; charset=utf-8")

    @router.get("/static/{name}")
    async def file(name: str) -> Response:
        if name not in static:
            raise HTTPException(404)
        headers = {"cache-control": "no-cache"}
        kind = _TYPES[name.rpartition(".")[2]]
        return Response(static[name], media_type=kind, headers=headers)

    return router


def _type(file: Traversable) -> str | None:
    return _TYPES.get(file.name.rpartition(".")[2])


def _filled(page: str, texts: dict[str, str]) -> bytes:
    """Put the texts in their places."""
    return sub(r"\{\{([\w.]+)\}\}", lambda place: escape(texts[place[1]]), page).encode()
