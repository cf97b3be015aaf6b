"""`outage-monitor worker` and `ledger rebuild` as processes, against Apache Kafka."""

import asyncio
import json
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from msgspec import Struct

from monitor.broker.access import Broker
from monitor.broker.clients import admin_of, producer_of
from monitor.settings import Settings
from monitor.topics import Topics, load_topics

from .running import OpenBroker, Running, ago, create, topics_file, unique_app_id
from .test_live import OLT, alarm

EFFECT = {"kind": "interconnection", "target": "ix-1"}


class Site(Struct):
    """An application on a broker: its topics, and the environment of its processes."""

    product: Running
    environment: dict[str, str]

    async def command(self, *arguments: str) -> Process:
        """Start the program."""
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "monitor", *arguments,
            env={**os.environ, **self.environment}, stdout=PIPE, stderr=PIPE,
        )  # fmt: skip

    async def output(self, *arguments: str) -> tuple[int | None, str]:
        """Run the program to its end; return its exit code and all it said."""
        process = await self.command(*arguments)
        out, err = await process.communicate()
        return process.returncode, (out + err).decode()


class Worker:
    """A running worker."""

    def __init__(self, process: Process) -> None:
        """Take the process; its log is read as it comes."""
        self.process = process
        self.lines: list[dict[str, Any]] = []

    async def until(self, meets: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Read its log up to a line; raise if it ends before."""
        assert self.process.stderr is not None
        async with asyncio.timeout(30):
            async for line in self.process.stderr:
                self.lines.append(json.loads(line))
                if meets(self.lines[-1]):
                    return self.lines[-1]
        raise AssertionError(self.lines[-3:])

    async def ended(self) -> int | None:
        """Wait for its end, and return its exit code."""
        assert self.process.stderr is not None
        async with asyncio.timeout(30):
            rest = await self.process.stderr.read()
            self.lines += [json.loads(line) for line in rest.splitlines()]
            return await self.process.wait()


@asynccontextmanager
async def site(open_broker: OpenBroker, directory: Path) -> AsyncIterator[Site]:
    """Make the topics of an application, with an inventory."""
    app_id = unique_app_id()
    path = topics_file(directory, app_id)
    topics = load_topics(app_id, path)
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(open_broker())
        await create(broker, topics)
        producer = await stack.enter_async_context(producer_of(broker))
        key = OLT["element"].encode()
        await producer.send_and_wait(topics.inventory.name, json.dumps(OLT).encode(), key)
        product = Running(broker, Settings(app_id=app_id), topics, producer, [])
        yield Site(product, environment(broker, app_id, path))


def environment(broker: Broker, app_id: str, path: Path) -> dict[str, str]:
    """Return the settings of a process."""
    return {
        "MONITOR_BROKER": broker.bootstrap,
        "MONITOR_APP_ID": app_id,
        "MONITOR_TOPICS_FILE": str(path),
        "MONITOR_WEB_PORT": "0",
        "MONITOR_LOG_FORMAT": "json",
    }


@asynccontextmanager
async def working(at: Site, *arguments: str) -> AsyncIterator[Worker]:
    """Run a worker; kill it in the end if it still runs."""
    worker = Worker(await at.command("worker", *arguments))
    try:
        yield worker
    finally:
        if worker.process.returncode is None:
            worker.process.kill()
            await worker.process.communicate()


def test_it_is_ready_works_and_stops_at_once(open_apache: OpenBroker, tmp_path: Path) -> None:
    """Ready once its ledgers are read; SIGTERM ends it within three seconds, with code 0."""

    async def run() -> None:
        async with site(open_apache, tmp_path) as at, working(at) as worker:
            started = await worker.until(lambda line: line["event"] == "worker started")
            async with ClientSession(f"http://{started['web']}") as web, asyncio.timeout(20):
                while (await web.get("/health/ready")).status != 200:  # noqa: ASYNC110 - a page
                    await asyncio.sleep(0.05)
                assert (await web.get("/health/live")).status == 200
                assert b"python_info" in await (await web.get("/metrics")).read()
            await at.product.send(alarm("1", ago(seconds=0), effects=[EFFECT]))
            said = await worker.until(lambda line: line["event"] == "notification required")
            assert said["rule"] == "be.bipt.interconnection"
            worker.process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(3):
                assert await worker.ended() == 0

    asyncio.run(run())


def test_roles_share_the_work(open_apache: OpenBroker, tmp_path: Path) -> None:
    """One process ingests, two decide, each some partitions; a killed one is replaced."""

    async def run() -> None:
        async with (
            site(open_apache, tmp_path) as at,
            working(at, "--role", "ingest"),
            working(at, "--role", "decide") as one,
            working(at, "--role", "decide") as two,
        ):
            for worker in (one, two):
                await worker.until(
                    lambda line: (
                        line.get("partitions", ())
                        and line["event"].endswith("inputs assigned")
                        and len(line["partitions"]) == 4
                    )
                )
            one.process.kill()
            await two.until(
                lambda line: (
                    line["event"].endswith("inputs assigned") and len(line["partitions"]) == 8
                )
            )
            await at.product.send(alarm("1", ago(seconds=0), effects=[EFFECT]))
            await two.until(lambda line: line["event"] == "notification required")

    asyncio.run(run())


def test_missing_topics_are_made(open_apache: OpenBroker, tmp_path: Path) -> None:
    """On a cluster without them a worker makes its topics as declared, and says so."""

    async def run() -> None:
        async with site(open_apache, tmp_path) as at:
            at.environment["MONITOR_APP_ID"] = unique_app_id()
            async with working(at) as worker:
                await worker.until(lambda line: line["event"] == "worker started")
                made = [line["topic"] for line in worker.lines if "is missing" in line["event"]]
            assert len(made) == 2, made
            code, said = await at.output("topics", "check")
            assert code == 0, said

    asyncio.run(run())


def test_what_makes_a_start_impossible_is_said(open_apache: OpenBroker, tmp_path: Path) -> None:
    """No broker: code 3. A ledger that is not compacted: code 2, and what to do. No traceback."""

    async def run() -> None:
        async with site(open_apache, tmp_path) as at:
            settings, ledger = dict(at.environment), at.product.topics.ledger
            async with admin_of(at.product.broker) as admin:
                wrong = ConfigResource(
                    ConfigResourceType.TOPIC, ledger.name, {"cleanup.policy": "delete"}
                )
                await admin.alter_configs([wrong])
            code, said = await at.output("worker")
            assert code == 2, said
            assert ledger.name in said
            assert "outage-monitor topics apply" in said
            at.environment = settings | {"MONITOR_BROKER": "127.0.0.1:1"}
            code, said = await at.output("worker")
            assert code == 3, said
            assert "127.0.0.1:1" in said
            assert "Traceback" not in said

    asyncio.run(run())


def test_a_lost_ledger_is_refused_and_rebuilt(open_apache: OpenBroker, tmp_path: Path) -> None:
    """Without its ledger it does not begin anew; rebuilt, it goes on and repeats nothing."""

    async def run() -> None:
        async with site(open_apache, tmp_path) as at:
            product, topics = at.product, at.product.topics
            async with working(at) as worker:
                await product.send(alarm("1", ago(minutes=90)))
                await worker.until(lambda line: line["event"] == "notification required")
                # The group's offsets are committed at a stop.
                worker.process.send_signal(signal.SIGTERM)
                await worker.ended()
            await lose(product.broker, topics)
            async with working(at) as worker:
                assert await worker.ended() == 1
                assert "outage-monitor ledger rebuild" in worker.lines[-1]["error"]

            code, said = await at.output("ledger", "rebuild", "--yes")
            assert code == 0, said
            assert re.search(r"\b1 outage keys; 0 notifications were missing", said)
            assert said.rstrip().endswith("changes of obligations: 0.")
            async with working(at) as worker:
                await product.send(alarm("1", ago(minutes=70), action="clear"))
                withdrawn = alarm("1", ago(minutes=89), action="clear")
                await product.send(withdrawn)
                await worker.until(lambda line: line["event"] == "notification withdrawn")
            said_all = await product.read_all(topics.notifications.name)
            found = [json.loads(record.value) for record in said_all]
            assert [(n["type"], n["revision"]) for n in found] == [
                ("required", 0),
                ("withdrawn", 1),
            ]
            duties = [json.loads(r.value) for r in await product.read_all(topics.obligations.name)]
            assert [(o["state"], o["revision"]) for o in duties] == [
                ("due", 0), ("due", 0), ("withdrawn", 1), ("withdrawn", 1),
            ]  # fmt: skip

    asyncio.run(run())


async def lose(broker: Broker, topics: Topics) -> None:
    """Delete the ledger's topic, and make it anew, empty."""
    async with admin_of(broker) as admin, asyncio.timeout(20):
        await admin.delete_topics([topics.ledger.name])
        while topics.ledger.name in await admin.list_topics():  # noqa: ASYNC110 - Kafka's
            await asyncio.sleep(0.1)
    await create(broker, topics)
