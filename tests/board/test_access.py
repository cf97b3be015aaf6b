"""Who may look, and who may not."""

import pytest
from pydantic import SecretStr

from monitor.board.access import COOKIE, SESSION_S, Access, Attempts, Person, is_loopback
from monitor.settings import Settings, SettingsError

TOKEN = "a-long-enough-token"  # noqa: S105 - a test's own
ELSEWHERE = "10.9.8.7"


def access(**set_to: object) -> Access:
    """Return the access of some settings."""
    return Access(Settings(**set_to))  # type: ignore[arg-type]  # a test names them


def with_token() -> Access:
    """Return an access that asks for the token."""
    return access(board_token=SecretStr(TOKEN), board_bind="0.0.0.0")  # noqa: S104


def test_on_this_machine_everybody_may() -> None:
    """But only under a name of this machine."""
    local = access()
    assert local.person({}, {}, "127.0.0.1", 0) == Person(None)
    hosts = ("127.0.0.1:8080", "localhost", "[::1]:8080", "evil.example:8080", "")
    assert [local.host_is_ours(host) for host in hosts] == [True, True, True, False, False]


@pytest.mark.parametrize("bind", ["0.0.0.0", "::", "192.168.1.4", "board.example"])  # noqa: S104
def test_elsewhere_there_is_no_board_without_a_login(bind: str) -> None:
    """It refuses to start, and says what to set."""
    assert not is_loopback(bind)
    with pytest.raises(SettingsError, match="MONITOR_BOARD_TOKEN"):
        access(board_bind=bind)


def test_a_token_by_header() -> None:
    """As programs send it; a wrong one, half a one and none are refused."""
    guarded = with_token()
    given = [f"Bearer {TOKEN}", f"bearer {TOKEN}", f"Bearer {TOKEN[:-1]}", "Bearer", "", TOKEN]
    may = [guarded.person({"authorization": g}, {}, ELSEWHERE, 0) is not None for g in given]
    assert may == [True, True, False, False, False, False]


def test_a_cookie_holds_until_it_ends() -> None:
    """And only as it was made: no other name, no other time, no other token."""
    guarded = with_token()
    cookie = guarded.cookie("Anna\n", 100)
    assert guarded.person({}, {COOKIE: cookie}, ELSEWHERE, 101) == Person("Anna")
    assert guarded.person({}, {COOKIE: cookie}, ELSEWHERE, 101 + SESSION_S) is None
    body, _, signature = cookie.partition(".")
    other = guarded.cookie("Bert", 100).partition(".")[0]
    for wrong in (f"{other}.{signature}", f"{body}.", body, "", "\u00e9.x", f"{body}.{signature}0"):
        assert guarded.person({}, {COOKIE: wrong}, ELSEWHERE, 101) is None
    renewed = access(board_token=SecretStr(TOKEN + "!"), board_bind="0.0.0.0")  # noqa: S104
    assert renewed.person({}, {COOKIE: cookie}, ELSEWHERE, 101) is None


def test_a_header_is_believed_from_the_proxy_alone() -> None:
    """Whoever comes past the proxy is nobody."""
    behind = access(board_user_header="X-User", board_proxies="10.0.0.0/24", board_bind="0.0.0.0")  # noqa: S104
    headers = {"x-user": "anna"}
    assert behind.person(headers, {}, "10.0.0.7", 0) == Person("anna")
    assert behind.person(headers, {}, "10.0.1.7", 0) is None
    assert behind.person({}, {}, "10.0.0.7", 0) is None
    assert behind.person(headers, {}, "", 0) is None


def test_without_a_token_nothing_is_the_token() -> None:
    """Least of all an empty one."""
    assert not access().is_token("")


def test_wrong_tokens_have_to_wait() -> None:
    """Ten in a minute from one address; others are not held up."""
    attempts = Attempts(most=2, within_s=60)
    for s in (0, 1):
        assert attempts.allowed("a", s)
        attempts.wrong("a", s)
    assert not attempts.allowed("a", 59)
    assert attempts.allowed("b", 59)
    assert attempts.allowed("a", 61)
