"""What stands before every answer: who asks, under which name, and what a browser may do with it.

The page itself, its files and `/health` hold no data and are for everybody; so a permanent link
works from a mail, too, although the cookie is not sent with a click from elsewhere: the page loads,
and then asks for the data itself.
"""

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.board.access import Access
from monitor.clock import Clock

#: Browsers let pages of other sites send this header only if we allow it, which we never do.
OWN_HEADER: Final = "x-outage-board"
_PUBLIC: Final = ("/static/", "/health/")
_PUBLIC_PAGES: Final = frozenset({"/", "/outage", "/login", "/runbook", "/api/login", "/metrics"})
_HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


class Guard:
    """Lets in whom the access lets in, and marks every answer."""

    def __init__(self, app: ASGIApp, access: Access, clock: Clock) -> None:
        """Stand before an application."""
        self._app = app
        self._access = access
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        refusal = self._refusal(scope)
        answer = self._app if refusal is None else refusal
        await answer(scope, receive, marked)

    def _refusal(self, scope: Scope) -> JSONResponse | None:
        headers = Headers(scope=scope)
        if not self._access.host_is_ours(headers.get("host", "")):
            return _refused(421, "the board does not answer to this name; open it as localhost")
        person = self._access.person(
            headers, _cookies(headers), (scope.get("client") or ("",))[0],
            self._clock.now_us() / 1e6,
        )  # fmt: skip
        scope.setdefault("state", {})["person"] = person
        if person is None and not _is_public(scope["path"]):
            return _refused(401, "log in first")
        if scope["method"] not in {"GET", "HEAD"} and not _is_own(headers):
            return _refused(
                403, f"only the board's own page may do this; programs send {OWN_HEADER}"
            )
        return None


def _is_public(path: str) -> bool:
    return path in _PUBLIC_PAGES or path.startswith(_PUBLIC)


def _is_own(headers: Headers) -> bool:
    """Whether a request that changes something was made by our own page, or by a program."""
    origin = headers.get("origin")
    from_here = origin is None or origin.partition("://")[2] == headers.get("host")
    asked_here = headers.get("sec-fetch-site", "none") in {"same-origin", "none"}
    return from_here and asked_here and OWN_HEADER in headers


def _cookies(headers: Headers) -> Mapping[str, str]:
    try:
        return {name: part.value for name, part in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def _refused(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence}, status)
