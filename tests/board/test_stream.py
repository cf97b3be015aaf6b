"""What changes reaches everybody soon, once, in order, and whoever was away goes on."""

import asyncio
import json
import resource
import time
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import ClientSession, ClientTimeout, TCPConnector

from board.asking import Asker, asked
from board.samples import notification, rule, status
from board.served import Board, board
from monitor.board.stream import VIEWERS_MOST

VIEWERS = 200
OUTAGES = 500


async def events(session: ClientSession, url: str) -> AsyncIterator[dict[str, Any]]:
    """Yield the events of a stream: name, id, data."""
    async with session.get(url, timeout=ClientTimeout(total=None)) as response:
        event: dict[str, Any] = {}
        async for line in response.content:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name == "data":
                event["data"] = json.loads(value)
            elif name:
                event[name] = value
            else:
                yield event
                event = {}


def test_a_viewer_hears_of_a_change_and_can_go_on_from_there() -> None:
    """First the time; then what changed, with a number from which another line goes on."""

    async def scene(ask: Asker) -> None:
        seen = (await ask("/api/board")).json["seen"]
        url = f"{ask.board.url}/api/stream"
        line = events(ask.session, f"{url}?after={seen}")
        assert (await anext(line))["data"]["speed"] == 1
        ask.board.feed([status()])
        first = await _with(line, "outages")
        await line.aclose()  # type: ignore[attr-defined]  # a generator
        ask.board.feed([], [notification()])
        again = events(ask.session, f"{url}?after={first['id']}")
        missed = await _with(again, "crossings")
        assert "outages" not in missed["data"] or missed["data"]["outages"]
        assert missed["id"] != first["id"]
        await again.aclose()  # type: ignore[attr-defined]

    asked(scene)


async def _with(line: AsyncIterator[dict[str, Any]], part: str) -> dict[str, Any]:
    async for event in line:
        if part in event["data"]:
            return event
    raise AssertionError(part)


def test_a_number_of_another_process_begins_anew() -> None:
    """As after a restart of the board."""

    async def scene(ask: Asker) -> None:
        line = events(ask.session, f"{ask.board.url}/api/stream?after=other-7")
        found = [event.get("event") async for event in line]
        assert found == [None, "resync"]
        assert ask.board.live.hub.viewers == 0

    asked(scene)


def test_too_many_are_turned_away() -> None:
    """With a word, and those who look already go on."""

    async def scene(ask: Asker) -> None:
        ask.board.live.hub.viewers = VIEWERS_MOST
        answer = await ask("/api/stream")
        assert (answer.status, "Too many" in answer.json["error"]) == (503, True)

    asked(scene)


def test_a_stop_ends_all_lines() -> None:
    """At once: nobody waits for a page that looks for ever."""

    async def scene() -> float:
        async with ClientSession() as session:
            async with board() as served:
                seen = f"{served.live.hub.epoch}-0"
                line = events(session, f"{served.url}/api/stream?after={seen}")
                await anext(line)
                began_s = time.monotonic()
            return time.monotonic() - began_s

    assert asyncio.run(scene()) < 5


def test_many_viewers_and_many_outages() -> None:
    """200 pages and 500 outages of which 100 change at once: all hear of it within seconds."""

    async def viewer(served: Board, session: ClientSession, ready: asyncio.Semaphore) -> int:
        """Read until every change was heard; return the bytes of the last event."""
        seen, waiting = f"{served.live.hub.epoch}-{served.live.hub.seq}", set(_names(100))
        async for event in events(session, f"{served.url}/api/stream?after={seen}"):
            if "id" not in event:
                ready.release()
            waiting -= set(event["data"].get("outages", ()))
            if not waiting:
                return len(json.dumps(event["data"]))
        raise AssertionError

    async def scene() -> tuple[float, list[int]]:
        async with board() as served:
            served.feed([status(f"BE/{n}") for n in range(OUTAGES)])
            served.live.flush(time.monotonic())
            ready = asyncio.Semaphore(0)
            connector = TCPConnector(limit=0)
            async with ClientSession(connector=connector) as session, asyncio.TaskGroup() as group:
                tasks = [group.create_task(viewer(served, session, ready)) for _ in range(VIEWERS)]
                for _ in range(VIEWERS):
                    await ready.acquire()
                assert served.live.hub.viewers == VIEWERS
                began_s = time.monotonic()
                counts = {"cautious": 31_000, "literal": 28_000}
                changed = [status(f"BE/{n}", rules=[rule(end_users=counts)]) for n in range(100)]
                served.feed(changed)
                sizes = await asyncio.gather(*tasks)
            return time.monotonic() - began_s, sizes

    began_s = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    took_s, sizes = asyncio.run(asyncio.wait_for(scene(), 60))
    # Half of it is the work of the 200 readers, on a machine that may be busy.
    assert took_s < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - began_s < 20
    # Differences alone: a page of 500 is a hundred times as large.
    assert max(sizes) < 100 * 300


def _names(count: int) -> list[str]:
    return [status(f"BE/{n}")["outage_id"] for n in range(count)]
