"""Actions on a broker: written, read back from the inputs, and the commands that write them."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from aiokafka import AIOKafkaProducer
from typer.testing import CliRunner, Result

from monitor.__main__ import command_line
from monitor.broker.access import Broker
from monitor.broker.clients import consumer_of
from monitor.clock import WallClock
from monitor.core.written import time_text
from monitor.ingest.envelope import ActionItem
from monitor.topics import Topics

from .ingesting import Ingesting
from .running import topics_file

OUTAGE = "BE/agg-1@2026-03-14T08:00:00Z"
BRIEF, FULL = "11111111-brief", "22222222-full"


def action(action_id: str, **fields: Any) -> bytes:
    """Return a note about an outage."""
    said = {
        "action_id": action_id, "kind": "note", "outage_id": OUTAGE, "who": "Anna", "note": "n",
        "at": time_text(WallClock().now_us()), **fields,
    }  # fmt: skip
    return json.dumps(said).encode()


def actions_of(product: Ingesting) -> list[ActionItem]:
    """Return the actions that came to the inputs, in their order."""
    return [item for record in product.records for item in record.actions]


def ids_of(product: Ingesting) -> list[str]:
    """Return the ids of these actions, each once, in the order in which they came first."""
    return list(dict.fromkeys(item.action.action_id for item in actions_of(product)))


def environment(broker: Broker, app_id: str, directory: Path) -> dict[str, str]:
    """Return the settings of a command."""
    return {
        "MONITOR_BROKER": broker.bootstrap,
        "MONITOR_APP_ID": app_id,
        "MONITOR_TOPICS_FILE": str(topics_file(directory, app_id)),
    }


async def command(settings: dict[str, str], *arguments: str) -> Result:
    """Run a command; it needs a loop of its own."""
    app = command_line(arguments[0])
    result = await asyncio.to_thread(CliRunner().invoke, app, list(arguments), env=settings)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


class Ended(NamedTuple):
    """A program that ended."""

    code: int | None
    out: str
    err: str


async def program(settings: dict[str, str], *arguments: str) -> Ended:
    """Run the program, apart from what else says something in this process."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor", *arguments,
        env={**os.environ, **settings}, stdout=PIPE, stderr=PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    return Ended(process.returncode, out.decode(), err.decode())


def said(result: Result) -> str:
    """Return all that a command said, on one line."""
    return " ".join(result.output.split())


def duty(name: str, step: str, **fields: Any) -> dict[str, Any]:
    """Return an obligation as the commands need it."""
    return {
        "obligation_id": name, "state": "due", "outage_id": OUTAGE, "authority": "X", "step": step,
        "due_at": "2026-03-14T10:00:00Z", "actions": 0, **fields,
    }  # fmt: skip


class Decider:
    """Answers actions as the deciding part does: by an obligation, or by a dead letter."""

    def __init__(self, broker: Broker, topics: Topics, producer: AIOKafkaProducer) -> None:
        """Take where to read and to write."""
        self._broker = broker
        self._topics = topics
        self._producer = producer
        #: every action as it was written, with the key it had
        self.seen: list[tuple[bytes, dict[str, Any]]] = []

    async def publish(self, *duties: dict[str, Any]) -> None:
        """Say how obligations stand, and that their outage goes on."""
        status = {"outage_id": OUTAGE, "state": "open", "alarms": 2}
        await self._put(self._topics.status.name, OUTAGE, status)
        for each in duties:
            await self._put(self._topics.obligations.name, each["obligation_id"], each)

    async def _put(self, topic: str, key: str, value: dict[str, Any]) -> None:
        await self._producer.send_and_wait(topic, json.dumps(value).encode(), key.encode())

    async def run(self) -> None:
        """Answer until cancelled; who writes `refuse me` is refused."""
        async with consumer_of(self._broker, self._topics.actions.name) as consumer:
            async for record in consumer:
                told = json.loads(record.value)
                self.seen.append((record.key, told))
                if told["note"] == "refuse me":
                    await self._refuse(record)
                elif told["kind"] == "clear":
                    status = {"outage_id": OUTAGE, "state": "ended", "alarms": 0}
                    await self._put(self._topics.status.name, OUTAGE, status)
                else:
                    name = told["obligation"] or BRIEF
                    deed = {"action_id": told["action_id"], "by": told["who"]}
                    state = "done" if told["kind"] == "submitted" else "due"
                    now = duty(name, "x.brief", state=state, actions=1, **{told["kind"]: deed})
                    await self._put(self._topics.obligations.name, name, now)

    async def _refuse(self, record: Any) -> None:
        where = [
            ("dlq_topic", record.topic.encode()),
            ("dlq_partition", b"%d" % record.partition),
            ("dlq_offset", b"%d" % record.offset),
            ("dlq_detail", b"there is no such obligation"),
        ]
        name = self._topics.actions_dlq.name
        await self._producer.send_and_wait(name, record.value, record.key, headers=where)


@asynccontextmanager
async def deciding(
    broker: Broker, topics: Topics, producer: AIOKafkaProducer
) -> AsyncIterator[Decider]:
    """Run what answers, beside the test."""
    decider = Decider(broker, topics, producer)
    task = asyncio.create_task(decider.run())
    try:
        yield decider
        assert not task.done(), task.exception()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
