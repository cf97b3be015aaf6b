"""A live run recorded from its topics: it audits clean, and replays as its alarms do from files."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from .running import OpenBroker, Running, ago, running, topics_file

OLT: dict[str, Any] = {
    "element": "olt-1",
    "country": "BE",
    "group": "ANR/agg-1",
    "serves": [{"service": "fixed_internet", "area": "BE-2000", "end_users": 30_000}],
}
Json = dict[str, Any]


def _alarm(number: int, minutes: float, action: str = "raise", **fields: object) -> Json:
    plain = {"source": "oss", "alarm_id": str(number), "element": "olt-1", "action": action}
    return plain | {"event_time": ago(minutes=minutes)} | fields


def _alarms() -> list[Json]:
    """Give an outage that crosses by time, one with an effect, one withdrawn by a late clear."""
    effects = [{"kind": "psap_unavailable", "target": "Wien"}]
    hit = [{"service": "mobile_internet", "area": "W", "end_users": 700_000}]
    return [
        _alarm(1, 90),
        _alarm(2, 80, element="core-7", country="AT", effects=effects),
        _alarm(3, 70, element="core-8", country="AT", impact=hit),
        _alarm(4, 75, element="olt-9", country="BE", impact=hit),
        _alarm(4, 10, "clear", element="olt-9", country="BE"),
    ]


async def _command(product: Running, directory: Path, *arguments: str) -> tuple[int, str, str]:
    """Run a command of its own process against the product's cluster."""
    settings = product.settings
    environment = {
        "MONITOR_BROKER": product.broker.bootstrap,
        "MONITOR_APP_ID": settings.app_id,
        "MONITOR_TOPICS_FILE": str(topics_file(directory, settings.app_id)),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor", *arguments, cwd=directory,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def _published(product: Running, count: int) -> None:
    """Wait until so many notifications were published, and the obligations that follow."""
    await product.read(product.topics.notifications.name, count, 30)


async def _recorded(open_broker: OpenBroker, directory: Path) -> None:
    async with running(open_broker, [OLT]) as product:
        for one in _alarms():
            await product.send(one)
        await _published(product, 5)
        # A clear of what had crossed, late: the crossing is withdrawn.
        await product.send(_alarm(4, 74.5, "clear", element="olt-9", country="BE"))
        await _published(product, 6)
        topics = ["inputs", "notifications", "obligations", "alarms", "inventory"]
        code, _, err = await _command(product, directory, "record", *topics, "-o", "run.zst")
        assert code == 0, err
        await _look_at_audit(product, directory)
        await _look_at_replays(product, directory)


async def _look_at_audit(product: Running, directory: Path) -> None:
    code, out, err = await _command(product, directory, "audit", "run.zst", "--json", "-")
    answer = json.loads(out)
    assert (code, answer["findings"]) == (0, []), err
    assert answer["mode"] == "every revision"
    assert answer["counts"]["recorded"] >= 6
    assert answer["counts"]["withdrawn"] >= 1
    two = await _command(product, directory, "audit", "run.zst", "--json", "-", "--jobs", "2")
    assert two[:2] == (code, out)
    # The same from the topics themselves.
    live = await _command(product, directory, "audit", "--from-topic", "--json", "-")
    assert live[0] == 0, live
    assert json.loads(live[1])["counts"]["recorded"] == answer["counts"]["recorded"]
    # A process of its own, with what it must not say: one is taken away.
    lines = (directory / "run.zst").read_bytes()
    (directory / "torn.zst").write_bytes(lines[: len(lines) // 2])
    code, _, err = await _command(product, directory, "audit", "torn.zst")
    assert code == 2
    assert "torn.zst" in err
    assert "Traceback" not in err


async def _look_at_replays(product: Running, directory: Path) -> None:
    """Alarms from the topic, from the recording and from a file: the same bytes."""
    alarms = [r.value for r in await product.read_all(product.topics.alarms.name)]
    (directory / "alarms.jsonl").write_bytes(b"".join(value + b"\n" for value in alarms))
    (directory / "inventory.jsonl").write_text(json.dumps(OLT) + "\n")
    _, expected, err = await _command(
        product, directory, "replay", "alarms.jsonl", "--inventory", "inventory.jsonl"
    )
    assert expected.count("\n") == 4, err
    for arguments in (["run.zst"], ["--from-topic"], ["--from-topic", "inputs"]):
        code, out, err = await _command(product, directory, "replay", *arguments)
        assert (code, out) == (0, expected), (arguments, err)


def test_a_recorded_run_audits_clean(open_apache: OpenBroker, tmp_path: Path) -> None:
    """What a live run published is what its recorded input calls for, revision by revision."""
    asyncio.run(_recorded(open_apache, tmp_path))
