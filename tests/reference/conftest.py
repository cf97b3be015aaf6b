"""Every case worked out by hand is asked of both: the reference, and the product."""

from typing import Any

import pytest
from properties.agreement import Case, Json, product_final, product_received

from reference import naive, received

_DEFAULTS: dict[str, Any] = {
    "inventory": [],
    "reading": "cautious",
    "correlate": "group",
    "merge_gap_us": 3_600_000_000,
    "lateness_horizon_us": 604_800_000_000,
    "until_us": None,
}


def _case(lines: list[Json], options: dict[str, Any]) -> Case:
    if "law" in options:
        pytest.skip("the case brings its own law; the packs have theirs")
    return Case(0, list(lines), **_DEFAULTS | options)


def _final(lines: list[Json], **options: Any) -> list[Json]:
    return product_final(_case(lines, options))


def _received(lines: list[Json], **options: Any) -> list[list[Json]]:
    return product_received(_case(lines, options), None)


@pytest.fixture(params=["reference", "product"], autouse=True)
def answerer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let the test ask the reference, then the product."""
    if request.param == "product":
        for module in ("reference.cases", request.module.__name__):
            for name, theirs, ours in (
                ("final", naive.final, _final),
                ("as_received", received.as_received, _received),
            ):
                if getattr(__import__(module, fromlist=[name]), name, None) is theirs:
                    monkeypatch.setattr(f"{module}.{name}", ours)
    return str(request.param)
