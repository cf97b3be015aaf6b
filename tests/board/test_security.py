"""Nobody sees or does what they should not, and nothing in an alarm becomes part of a page."""

import json
import re
from pathlib import Path
from typing import Any

from pydantic import SecretStr

import monitor.board
from board.asking import OWN, Asker, asked
from board.samples import HOSTILE, hostile, notification, status

TOKEN = "a-long-enough-token"  # noqa: S105 - a test's own
GUARDED: dict[str, Any] = {"board_token": SecretStr(TOKEN)}
STATIC = Path(monitor.board.__file__).parent / "static"


def test_every_answer_is_marked() -> None:
    """Page, file, data, stream, error: the same policy, and no inline script or style."""

    async def scene(ask: Asker) -> None:
        for path in ("/", "/login", "/static/board.js", "/api/board", "/none", "/api/outages/x"):
            headers = (await ask(path)).headers
            policy = headers["content-security-policy"]
            assert "unsafe" not in policy
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"
            assert "server" not in headers

    asked(scene)


def test_pages_hold_no_inline_code_and_nothing_from_elsewhere() -> None:
    """No style, no handler, no script without a file of ours, no other host."""
    for page in STATIC.glob("*.html"):
        text = page.read_text("utf-8")
        assert not re.search(r"\sstyle=|\son\w+=|<style|javascript:", text), page
        for source in re.findall(r"(?:src|href)=\"([^\"]+)\"", text):
            assert source.startswith(("/", "#")), (page, source)
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text)), page
    for script in STATIC.glob("*.js"):
        text = script.read_text("utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|\beval\(|document\.write", text
        )
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text), script


def test_texts_are_complete() -> None:
    """Every text that page and scripts name is there, and none is left over."""
    texts = json.loads((STATIC / "texts.json").read_text("utf-8"))
    pages = "".join(page.read_text("utf-8") for page in STATIC.glob("*.html"))
    scripts = "".join(script.read_text("utf-8") for script in STATIC.glob("*.js"))
    named = set(re.findall(r"\{\{([\w.]+)\}\}", pages))
    named |= set(re.findall(r"\bt\(\s*\"([\w.]+)\"", scripts))
    assert named <= set(texts)
    # Some keys are put together: their beginning stands in a script.
    begun = tuple(re.findall(r"`([a-z.]+\.)\$\{", scripts))
    literal = set(re.findall(r"\"([a-z_]+(?:\.[\w]+)+)\"", scripts))
    python = "".join(p.read_text("utf-8") for p in STATIC.parent.glob("*.py"))
    left = {
        key for key in texts
        if key not in named | literal and not key.startswith(begun) and key not in python
        and not key.endswith((".one", ".unknown"))
    }  # fmt: skip
    assert left == set()


def test_without_a_login_there_is_no_data() -> None:
    """The shell of the page is for everybody; data and actions are not."""

    async def scene(ask: Asker) -> None:
        ask.board.feed([status()], [notification()])
        for path in ("/", "/outage?id=x", "/login", "/static/board.css", "/health/live"):
            answer = await ask(path)
            assert answer.status == 200
            assert b"agg-1" not in answer.body
        for path in ("/api/board", "/api/stream", "/api/outages", "/api/outages/x", "/api/me",
                     "/api/notifications", "/api/obligations", "/api/openapi.json"):  # fmt: skip
            answer = await ask(path)
            assert (answer.status, answer.json) == (401, {"error": "log in first"})
        assert (await ask("/api/acknowledgements", "POST", json={}, headers=OWN)).status == 401
        given = {"authorization": f"Bearer {TOKEN}"}
        assert (await ask("/api/outages", headers=given)).status == 200

    asked(scene, **GUARDED)


def test_log_in_and_out() -> None:
    """A cookie that scripts cannot read and other sites cannot make it send."""

    async def scene(ask: Asker) -> None:
        wrong = await ask("/api/login", "POST", json={"token": "x", "name": "A"}, headers=OWN)
        assert wrong.status == 403
        good = {"token": TOKEN, "name": "Anna"}
        answer = await ask("/api/login", "POST", json=good, headers=OWN)
        assert answer.status == 204
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert TOKEN not in cookie
        assert (await ask("/api/me")).json == {"name": "Anna", "logout": True}
        assert (await ask("/api/logout", "POST", headers=OWN)).status == 204
        assert (await ask("/api/me")).status == 401

    asked(scene, **GUARDED)


def test_the_name_of_a_login_beats_what_the_page_says() -> None:
    """Nobody acknowledges in another's name."""

    async def scene(ask: Asker) -> None:
        said = notification()
        ask.board.feed([status()], [said])
        await ask("/api/login", "POST", json={"token": TOKEN, "name": "Anna"}, headers=OWN)
        body = {"outage_id": said["outage_id"], "who": "Bert",
                "crossings": [{"crossing_id": said["crossing_id"]}]}  # fmt: skip
        answer = await ask("/api/acknowledgements", "POST", json=body, headers=OWN)
        assert answer.json["actions"][0]["who"] == "Anna"

    asked(scene, **GUARDED)


def test_other_sites_can_do_nothing() -> None:
    """Neither with a form, nor from another origin, nor by a name that points here."""

    async def scene(ask: Asker) -> None:
        path, body = "/api/acknowledgements", {"outage_id": "x", "crossings": [], "who": "x"}
        refused: tuple[dict[str, str], ...] = (
            {},
            {**OWN, "origin": "http://evil.example"},
            {**OWN, "origin": "null"},
            {**OWN, "sec-fetch-site": "cross-site"},
            {**OWN, "sec-fetch-site": "same-site"},
        )
        for headers in refused:
            assert (await ask(path, "POST", json=body, headers=headers)).status == 403
        own = {**OWN, "origin": ask.board.url, "sec-fetch-site": "same-origin"}
        assert (await ask(path, "POST", json=body, headers=own)).status == 422
        elsewhere = await ask("/api/board", headers={"host": "evil.example"})
        assert elsewhere.status == 421
        preflight = await ask(path, "OPTIONS", headers={"origin": "http://evil.example"})
        assert "access-control-allow-origin" not in preflight.headers

    asked(scene)


def test_hostile_texts_stay_texts_in_the_api() -> None:
    """As JSON, never as a page; every text comes back as it was."""

    async def scene(ask: Asker) -> None:
        ask.board.feed(*hostile())
        ask.board.live.flush(0)
        for path in ("/api/board", "/api/outages", "/api/notifications"):
            answer = await ask(path)
            assert answer.headers["content-type"] == "application/json"
        found = {one["outage_key"] for one in (await ask("/api/outages")).json["outages"]}
        assert found == {f"BE/{text}" for text in HOSTILE}
        page = (await ask("/outage?id=%3Cscript%3Ealert(1)%3C/script%3E")).body
        assert b"alert(1)" not in page
        table = await ask("/api/outages?format=csv")
        assert table.headers["content-disposition"] == 'attachment; filename="outages.csv"'

    asked(scene)


def test_no_file_but_ours() -> None:
    """No way out of the folder."""

    async def scene(ask: Asker) -> None:
        for path in ("/static/../pages.py", "/static/..%2fpages.py", "/static/%2e%2e/pages.py",
                     "/static//etc/passwd", "/static/board.html"):  # fmt: skip
            assert (await ask(path)).status == 404

    asked(scene)
