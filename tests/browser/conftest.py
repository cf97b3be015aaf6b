"""One Chromium for all tests of this folder; each has pages of its own, and none may complain."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from browser.chromium import AXE, chromium

_HINT = "`make browser` fetches it"
#: Opens an address in a page of its own.
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the browser once a file: while it runs, no other test of the process has a loop."""
    path = chromium()
    if path is None:
        pytest.skip(f"no Chromium: {_HINT}")
    # Root has no sandbox to go into; the page is our own.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=path, args=[*arguments, "--autoplay-policy=no-user-gesture-required"]
        )
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Return what opens pages; whatever they complain of in their console fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(url: str, *, ready: bool = True, **how: Any) -> Page:
        how = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark", **how}
        context = browser.new_context(**how)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: _complaint(said.type, said.text))
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))

        def _complaint(kind: str, text: str) -> None:
            # The browser's own words on a board that is gone, or that wants a login first.
            expected = ("net::ERR", "401 (Unauthorized)", "403 (Forbidden)")
            if kind == "error" and not any(words in text for words in expected):
                complaints.append(text)

        page.goto(url)
        if ready:
            page.wait_for_selector("html[data-ready]")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def axe() -> str:
    """Return the script of axe-core."""
    if not AXE.is_file():
        pytest.skip(f"no axe-core: {_HINT}")
    return AXE.read_text("utf-8")
