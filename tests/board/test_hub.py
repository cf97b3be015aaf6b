"""A viewer that comes back goes on where it was, or is told to begin anew."""

import asyncio
import json

from monitor.board import hub as module
from monitor.board.hub import Hub


def test_what_was_missed_is_sent_in_order() -> None:
    """Each message with its number."""
    hub = Hub("e")
    for number in range(3):
        hub.publish({"n": number})
    missed = hub.since(1)
    assert missed is not None
    assert [line.split(b"\n")[0] for line in missed] == [b"id: e-2", b"id: e-3"]
    assert json.loads(missed[0].split(b"data: ")[1]) == {"n": 1}
    assert hub.since(3) == []


def test_what_is_too_old_or_never_was_begins_anew() -> None:
    """Another process, nonsense, the future, and what is not kept any more."""
    hub = Hub("e")
    hub.publish({})
    assert [hub.after(seen) for seen in ("f-1", "", "e-x", "e--1", "e-\u0661", "e-1")] == [
        None, None, None, None, None, 1,
    ]  # fmt: skip
    assert hub.since(2) is None
    for _ in range(module._KEPT + 1):
        hub.publish({})
    assert hub.since(1) is None
    assert hub.since(2) is not None


def test_kept_is_bounded_in_bytes() -> None:
    """Large messages push out older ones."""
    hub = Hub("e")
    for _ in range(20):
        hub.publish({"large": "x" * 1_000_000})
    assert hub.since(0) is None
    assert sum(map(len, hub.since(hub.seq - 10) or [])) > 0


def test_all_wait_for_the_same_news() -> None:
    """Everyone wakes, and nobody misses what comes while they write."""

    async def scene() -> list[int]:
        hub, seen = Hub("e"), []

        async def viewer() -> None:
            at = 0
            while at < 5:
                await hub.news(at)
                at += len(hub.since(at) or [])
            seen.append(at)

        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            for _ in range(50):
                group.create_task(viewer())
            for number in range(5):
                hub.publish({"n": number})
                await asyncio.sleep(0)
        return seen

    assert asyncio.run(scene()) == [5] * 50
