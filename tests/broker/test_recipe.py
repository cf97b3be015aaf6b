"""The consumer recipe that the docs show, as a process, killed in between."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from monitor.broker.clients import producer_of

from .running import OpenBroker, create, own_topics, unique_app_id

RECIPE = Path(__file__).parents[2] / "examples" / "notifications.py"


def _value(crossing: str, revision: int, kind: str = "required") -> bytes:
    return (
        f'{{"crossing_id":"{crossing}","revision":{revision},"type":"{kind}","reason":""}}'
    ).encode()


def test_each_revision_is_acted_upon_once(open_apache: OpenBroker, tmp_path: Path) -> None:
    """Repeats, an aborted transaction and a kill in between change nothing."""

    async def run() -> list[str]:
        topic = own_topics(unique_app_id())
        async with open_apache() as broker:
            await create(broker, topic)
            name = topic.notifications.name
            async with producer_of(broker, f"{name}-test") as producer:
                async with producer.transaction():
                    await producer.send(name, _value("a", 0))
                    await producer.send(name, _value("b", 0))
                await producer.begin_transaction()
                await producer.send_and_wait(name, _value("c", 0))
                await producer.abort_transaction()
                said = await _acted(broker.bootstrap, name, tmp_path, 2)
                async with producer.transaction():
                    await producer.send(name, _value("a", 0))
                    await producer.send(name, _value("b", 1, "withdrawn"))
                return said + await _acted(broker.bootstrap, name, tmp_path, 1)

    assert asyncio.run(run()) == ["required a", "required b", "withdrawn b"]


async def _acted(bootstrap: str, topic: str, directory: Path, count: int) -> list[str]:
    """Run the recipe until it has acted so many times, then kill it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(RECIPE), bootstrap, topic, str(directory / "note.json"), stdout=PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(20):
            return [(await process.stdout.readline()).decode().strip() for _ in range(count)]
    finally:
        # It notes what it did right after doing it: a kill before that would be a repeat.
        await asyncio.sleep(0.3)
        process.kill()
        await process.wait()
