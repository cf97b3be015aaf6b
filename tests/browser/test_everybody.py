"""The board for everybody: by keyboard, by ear, on a phone."""

from typing import Any

import pytest
from board.samples import HOSTILE, hostile, notification, obligation, status
from board.served import board_thread
from playwright.sync_api import Page, expect

from browser.conftest import Open
from browser.scenes import planned_work, storm

PHONE = {"width": 390, "height": 844}
#: What WCAG 2.2 asks for on level A and AA, and what axe-core recommends beyond.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page, axe: str) -> list[str]:
    """Return what axe-core finds wrong on a page as it is."""
    page.evaluate(axe)
    options = {"runOnly": {"type": "tag", "values": RULES}}
    found: dict[str, Any] = page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", [(1920, 1080), (1280, 800), (390, 844)])
def test_accessible(open_page: Open, axe: str, theme: str, size: tuple[int, int]) -> None:
    """In both themes and at all sizes: the list, one outage, the dialog, and in trouble."""
    viewport = {"width": size[0], "height": size[1]}
    with storm(38) as (served, _, _):
        planned_work(served)
        page = open_page(served.url, viewport=viewport, color_scheme=theme)
        expect(page.locator("#cards > li").first).to_be_visible()
        assert violations(page, axe) == []
        page.locator("#cards .title").first.click()
        expect(page.locator("section.rules")).to_be_visible()
        assert violations(page, axe) == []
        page.locator("section.crossings .acknowledge").first.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        assert violations(page, axe) == []
        page.get_by_role("button", name="Cancel").click()
        served.feed([status("BE/agg-9", input_complete=False, policy_in_force=False)])
        page.get_by_role("link", name="All outages").click()
        expect(page.locator("#banner")).to_be_visible()
        assert violations(page, axe) == []
        if size[0] < 1000:
            page.get_by_role("button", name="Notifications").click()
            expect(page.locator("#feed > li").first).to_be_visible()
            assert violations(page, axe) == []


def test_by_keyboard_alone(open_page: Open) -> None:
    """From the top to an outage, an acknowledgement, and back; the focus is never lost."""
    with board_thread() as served:
        served.feed([status(), status("BE/agg-2")], [notification()], [], [obligation()])
        page = open_page(served.url)
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the outages")).to_be_focused()
        page.keyboard.press("Enter")
        _tab_to(page, "BE/agg-1")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_be_focused()
        expect(page.locator("section.obligations")).to_contain_text("Brief notice")
        _tab_to(page, "Acknowledge")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Your name")).to_be_focused()
        page.keyboard.type("Anna")
        page.keyboard.press("Enter")
        expect(page.locator("#feed > li")).to_contain_text("Acknowledged by Anna")
        page.keyboard.press("Shift+Tab")
        assert page.evaluate("document.activeElement !== document.body")
        page.go_back()
        expect(page.locator("#list-view")).to_be_visible()


def _tab_to(page: Page, text: str, most: int = 40) -> None:
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == text:
            visible = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert visible != "none"
            return
    raise AssertionError(text)


def test_the_focus_stays_when_the_order_changes(open_page: Open) -> None:
    """Whoever stands on a card goes with it."""
    with board_thread() as served:
        served.feed([status(), status("BE/agg-2", rules=[])])
        page = open_page(served.url)
        page.get_by_role("link", name="BE/agg-2").focus()
        served.feed([status("BE/agg-2")], [], [], [])
        served.feed([status("BE/agg-1", rules=[])])
        expect(page.locator("#cards > li .title").first).to_have_text("BE/agg-2")
        expect(page.get_by_role("link", name="BE/agg-2")).to_be_focused()


def test_a_phone_shows_all_without_moving_sideways(open_page: Open) -> None:
    """Also long and hostile names; notifications behind a button."""
    with board_thread() as served:
        statuses, notifications, _ = hostile()
        long = status(f"BE/{'x' * 200}")
        served.feed([*statuses, long, status()], [*notifications, notification()])
        page = open_page(served.url, viewport=PHONE, is_mobile=True, has_touch=True)
        expect(page.locator("#cards > li")).to_have_count(len(HOSTILE) + 2)
        assert _sideways(page) == 0
        expect(page.locator(".feed")).to_be_hidden()
        page.get_by_role("button", name="Notifications · 6").tap()
        expect(page.locator("#feed > li")).to_have_count(6)
        expect(page.locator("#list-view")).to_be_hidden()
        assert _sideways(page) == 0
        page.get_by_role("button", name="Outages").tap()
        page.get_by_role("link", name=long["outage_key"]).first.tap()
        expect(page.locator("section.rules")).to_be_visible()
        assert _sideways(page) == 0


def _sideways(page: Page) -> int:
    """Return by how many pixels the page is wider than the screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def test_themes(open_page: Open) -> None:
    """As the system says, or as chosen; chosen, it holds after a reload."""
    with board_thread() as served:
        page = open_page(served.url, color_scheme="light")
        light = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.get_by_role("button", name="Theme: Auto").click()
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert light != dark
        page.reload()
        page.wait_for_selector("html[data-ready]")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
        expect(page.get_by_role("button", name="Theme: Dark")).to_be_visible()
