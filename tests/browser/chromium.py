"""The browser of this machine, and what looks at pages in it."""

import shutil
from pathlib import Path

#: The script of axe-core, once `make browser` has fetched it.
AXE = Path(__file__).parents[2] / ".browser" / "axe.min.js"


def chromium() -> str | None:
    """Return the Chromium of this machine."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)
