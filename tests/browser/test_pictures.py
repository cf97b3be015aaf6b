"""The pictures of the documentation, taken by a test, so that they show what there is."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser.conftest import Open
from browser.scenes import duties, planned_work, storm

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
SIZES = {"wall": (1920, 1080), "laptop": (1280, 800), "phone": (390, 844)}
#: Whoever changes the page takes them anew: BOARD_PICTURES=docs
#: A page on which nothing was drawn is smaller.
_EMPTY_BYTES = 30_000
_KEEP = os.environ.get("BOARD_PICTURES") == "docs"


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", SIZES)
def test_pictures(open_page: Open, tmp_path: Path, size: str, theme: str) -> None:
    """The board in a storm, at three sizes and in both themes; BOARD_PICTURES=docs keeps them."""
    folder = PICTURES if _KEEP else tmp_path
    width, height = SIZES[size]
    with storm(12.35) as (served, _, _):
        planned_work(served)
        duties(served)
        viewport = {"width": width, "height": height}
        page = open_page(served.url, viewport=viewport, color_scheme=theme)
        expect(page.locator("#feed > li").first).to_be_attached()
        expect(page.locator("#cards > li").first).to_be_visible()
        folder.mkdir(exist_ok=True)
        page.screenshot(path=folder / f"board-{size}-{theme}.png")
        page.locator("#cards .title", has_text="BE/ANR/agg-1").click()
        expect(page.locator("section.rules")).to_be_visible()
        page.screenshot(path=folder / f"board-outage-{size}-{theme}.png")
    for what in ("board", "board-outage"):
        assert (folder / f"{what}-{size}-{theme}.png").stat().st_size > _EMPTY_BYTES
