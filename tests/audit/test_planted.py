"""Faults planted into live runs: each is found, and nothing else is."""

import random
from pathlib import Path

import pytest

from audit.running import audited
from audit.taped import live, planted, recording


@pytest.mark.parametrize("batch", range(6))
def test_what_is_as_it_was_is_clean(batch: int, tmp_path: Path) -> None:
    """A live run that nobody touched has no finding, and all of it was checked."""
    for seed in range(batch * 10, batch * 10 + 10):
        run = live(seed)
        found = audited(recording(tmp_path / "r.zst", run), "--limit", "9000d")
        assert found.wrong == [], seed
        assert found.code == bool(found.answer["findings"])
        assert found.answer["mode"] == "every revision"
        assert found.answer["not_checked"] == []
        assert found.answer["counts"]["recorded"] == len(run.notifications)


@pytest.mark.parametrize("batch", range(6))
def test_each_planted_fault_is_found_alone(batch: int, tmp_path: Path) -> None:
    """One notification missing, added, delayed or altered: that is the only finding."""
    for seed in range(batch * 10, batch * 10 + 10):
        run = live(seed)
        if not any(n["type"] != "withdrawn" for n in run.notifications):
            continue
        fault = planted(random.Random(seed), run)
        found = audited(recording(tmp_path / "r.zst", fault.run), "--limit", "100d")
        ends = [(f["kind"], f["id"]) for f in found.wrong]
        assert found.code == 1, (seed, fault.kind, fault.field)
        assert ends == [(fault.kind, fault.crossing_id)], (seed, fault.field)
        if fault.field is not None:
            assert fault.field in found.wrong[0]["fields"], seed
