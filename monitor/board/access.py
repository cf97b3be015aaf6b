"""Who may look: everybody on this machine, whoever gives the token, or whom a proxy vouches for.

1. On a loopback address without a token everybody may, but only under a name of this machine: a
   page from elsewhere that has its own name point here (DNS rebinding) gets nothing.
2. With a token: it is given once, or as `Authorization: Bearer` by programs. A browser then keeps a
   signed cookie that scripts cannot read and other sites cannot make it send.
3. With a header: it is believed only if it comes from the proxies that are named.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Final

from msgspec import DecodeError, Struct
from msgspec.json import decode, encode

from monitor.actions.message import WHO_MOST, plain
from monitor.settings import Settings, SettingsError

COOKIE: Final = "outage_board"
#: A screen on a wall must not ask for a login in the middle of a night.
SESSION_S: Final = 90 * 86_400
_LOCAL_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Person(Struct, frozen=True):
    """Somebody who may look; the name is None where nobody had to say it."""

    name: str | None


class _Session(Struct, frozen=True):
    name: str
    until_s: int


class Access:
    """Decides who may look."""

    def __init__(self, settings: Settings) -> None:
        """Refuse, with SettingsError, what would show the board to everybody."""
        token, header = settings.board_token, settings.board_user_header
        self._token = token.get_secret_value().encode() if token else None
        self._header = header.lower() if header else None
        self._proxies = [ip_network(text) for text in settings.board_proxies.split(",")]
        self.only_local = is_loopback(settings.board_bind)
        if not self.only_local and self._token is None and self._header is None:
            message = (
                f"MONITOR_BOARD_BIND is {settings.board_bind}, so other hosts can reach the board: "
                "set MONITOR_BOARD_TOKEN, or MONITOR_BOARD_USER_HEADER behind a proxy that does "
                "the login"
            )
            raise SettingsError(message)

    @property
    def open_to_all(self) -> bool:
        """Whether nobody has to log in."""
        return self._token is None and self._header is None

    @property
    def takes_token(self) -> bool:
        """Whether one can log in with a token."""
        return self._token is not None

    def host_is_ours(self, host: str) -> bool:
        """Whether the board may answer to this name."""
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        return not (self.open_to_all and self.only_local) or name.lower() in _LOCAL_NAMES

    def person(
        self, headers: Mapping[str, str], cookies: Mapping[str, str], peer: str, now_s: float
    ) -> Person | None:
        """Return who asks; None if they must log in first."""
        if self.open_to_all:
            return Person(None)
        if self._header is not None and self._is_proxy(peer):
            name = plain(headers.get(self._header))[:WHO_MOST]
            if name:
                return Person(name)
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.is_token(given.strip()):
            return Person(None)
        return self._session(cookies.get(COOKIE, ""), now_s)

    def is_token(self, given: str) -> bool:
        """Whether this is the token; the answer takes as long for any."""
        return self._token is not None and hmac.compare_digest(given.encode(), self._token)

    def cookie(self, name: str, now_s: float) -> str:
        """Return the cookie of somebody who gave the token."""
        session = _Session(plain(name)[:WHO_MOST], int(now_s) + SESSION_S)
        body = urlsafe_b64encode(encode(session)).decode()
        return f"{body}.{self._signature(body)}"

    def _session(self, cookie: str, now_s: float) -> Person | None:
        body, _, signature = cookie.partition(".")
        if self._token is None or not cookie.isascii():
            return None
        if not hmac.compare_digest(signature, self._signature(body)):
            return None
        try:
            session = decode(urlsafe_b64decode(body), type=_Session)
        except (ValueError, DecodeError):
            return None
        return Person(session.name or None) if session.until_s > now_s else None

    def _signature(self, body: str) -> str:
        key = hashlib.sha256(b"outage board session" + (self._token or b"")).digest()
        return hmac.new(key, body.encode(), hashlib.sha256).hexdigest()

    def _is_proxy(self, peer: str) -> bool:
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        return any(address in network for network in self._proxies)


def is_loopback(bind: str) -> bool:
    """Whether an address is reached from this machine only."""
    if bind.lower() == "localhost":
        return True
    try:
        return ip_address(bind).is_loopback
    except ValueError:
        return False


class Attempts:
    """Wrong tokens by address: after a few, the next one has to wait."""

    def __init__(self, most: int = 10, within_s: float = 60) -> None:
        """Allow so many within a time."""
        self._most = most
        self._within_s = within_s
        self._wrong: dict[str, list[float]] = {}

    def allowed(self, peer: str, monotonic_s: float) -> bool:
        """Whether this address may try now."""
        recent = [s for s in self._wrong.get(peer, ()) if monotonic_s - s < self._within_s]
        self._wrong.pop(peer, None)
        if recent:
            self._wrong[peer] = recent
        return len(recent) < self._most

    def wrong(self, peer: str, monotonic_s: float) -> None:
        """Note a wrong token."""
        if len(self._wrong) >= _ADDRESSES_MOST:
            del self._wrong[next(iter(self._wrong))]
        self._wrong.setdefault(peer, []).append(monotonic_s)


_ADDRESSES_MOST: Final = 10_000
