"""What holds for all tests of the board."""

import pytest


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is set outside has no part in it."""
    for field in ("BIND", "PORT", "TOKEN", "USER_HEADER", "PROXIES"):
        monkeypatch.delenv(f"MONITOR_BOARD_{field}", raising=False)
