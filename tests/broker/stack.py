"""The processes of deploy/compose.yaml started by hand: the same arguments, settings and files."""

import asyncio
import json
import os
import re
import signal
import sys
from asyncio.subprocess import DEVNULL, STDOUT, Process, create_subprocess_exec
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import yaml
from aiohttp import ClientError, ClientSession
from deploy.tools import DEPLOY, tool
from kafka_config import free_ports
from msgspec import Struct

#: So often is looked whether something has become true, and for so long.
_LOOK_S = 0.3
_WAIT_S = 60


class Stack(Struct):
    """Where everything answers."""

    worker: str
    board: str
    prometheus: str
    alertmanager: str
    web: ClientSession

    async def ask(self, path: str, **parameters: str) -> Any:
        """Return the data of an answer of Prometheus."""
        async with self.web.get(f"{self.prometheus}/api/v1/{path}", params=parameters) as answer:
            said = await answer.json()
        assert said["status"] == "success", said
        return said["data"]

    async def query(self, expression: str) -> list[dict[str, Any]]:
        """Return the series that an expression has now."""
        found: list[dict[str, Any]] = (await self.ask("query", query=expression))["result"]
        return found

    async def until(self, expression: str, count: int = 1) -> list[dict[str, Any]]:
        """Wait until an expression has so many series."""
        found: list[dict[str, Any]] = []
        for _ in range(int(_WAIT_S / _LOOK_S)):
            if len(found := await self.query(expression)) >= count:
                return found
            await asyncio.sleep(_LOOK_S)
        message = f"{expression}: {json.dumps(found)}"
        raise AssertionError(message)


@asynccontextmanager
async def composed(directory: Path, environment: dict[str, str]) -> AsyncIterator[Stack]:
    """Start everything but Kafka and Grafana; `environment` is what differs from compose's."""
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    ports = dict(zip(("worker", "board", "prometheus", "alertmanager"), free_ports(4), strict=True))
    at = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    programs = {
        "prometheus": [tool("prometheus"), *_prometheus(directory, compose, ports)],
        "alertmanager": [
            tool("alertmanager", "prometheus-alertmanager"),
            *_alertmanager(directory, compose, ports),
        ],
        "worker": [sys.executable, "-m", "monitor", *compose["worker"]["command"]],
        "board": [sys.executable, "-m", "monitor", *compose["board"]["command"]],
    }
    own = {"MONITOR_WEB_PORT": str(ports["worker"]), "MONITOR_BOARD_PORT": str(ports["board"])}
    async with AsyncExitStack() as stack:
        for name, command in programs.items():
            settings = _environment(compose[name]) | own | environment
            log = directory / f"{name}.log"
            await stack.enter_async_context(_running(command, settings, log))
        web = await stack.enter_async_context(ClientSession())
        for name, path in (
            ("prometheus", "/-/ready"),
            ("alertmanager", "/-/ready"),
            ("worker", "/health/ready"),
            ("board", "/health/ready"),
        ):
            await _ready(web, at[name] + path, directory / f"{name}.log")
        yield Stack(**at, web=web)


def _environment(service: dict[str, Any]) -> dict[str, str]:
    """Return the settings of a service; a default stands where a variable is not set."""
    said = service.get("environment", {})
    given = {name: re.sub(r"\$\{\w+(?::-(.*?)|:\?.*?)\}", r"\1", v) for name, v in said.items()}
    return {name: value for name, value in given.items() if name.startswith("MONITOR_")}


def _prometheus(directory: Path, compose: dict[str, Any], ports: dict[str, int]) -> list[str]:
    """Return compose's arguments, with the example's configuration where only addresses differ."""
    source = DEPLOY / "prometheus"
    config = yaml.safe_load((source / "prometheus.yml").read_text("utf-8"))
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["rule_files"] = [str(source / name) for name in config["rule_files"]]
    (managers,) = config["alerting"]["alertmanagers"]
    managers["static_configs"][0]["targets"] = [f"127.0.0.1:{ports['alertmanager']}"]
    for job in config["scrape_configs"]:
        part = job["job_name"].removeprefix("outage-monitor-")
        job.pop("dns_sd_configs", None)
        job["static_configs"] = [{"targets": [f"127.0.0.1:{ports[part]}"]}]
    file = directory / "prometheus.yml"
    file.write_text(yaml.safe_dump(config), "utf-8")
    ours = {"--config.file": str(file), "--storage.tsdb.path": str(directory / "prometheus")}
    address = f"127.0.0.1:{ports['prometheus']}"
    return [*_changed(compose["prometheus"]["command"], ours), f"--web.listen-address={address}"]


def _alertmanager(directory: Path, compose: dict[str, Any], ports: dict[str, int]) -> list[str]:
    ours = {
        "--config.file": str(DEPLOY / "alertmanager" / "alertmanager.yml"),
        "--storage.path": str(directory / "alertmanager"),
    }
    address = f"127.0.0.1:{ports['alertmanager']}"
    more = [f"--web.listen-address={address}", "--cluster.listen-address="]
    return [*_changed(compose["alertmanager"]["command"], ours), *more]


def _changed(command: list[str], ours: dict[str, str]) -> list[str]:
    """Return arguments with the paths of containers replaced by ours."""
    names = [argument.partition("=")[0] for argument in command]
    assert ours.keys() <= set(names)
    return [
        f"{name}={ours[name]}" if name in ours else argument
        for name, argument in zip(names, command, strict=True)
    ]


@asynccontextmanager
async def _running(
    command: list[str], environment: dict[str, str], log: Path
) -> AsyncIterator[Process]:
    with log.open("wb") as output:
        process = await create_subprocess_exec(
            *command,
            env={**os.environ, **environment}, cwd=log.parent,
            stdin=DEVNULL, stdout=output, stderr=STDOUT,
        )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()


async def _ready(web: ClientSession, url: str, log: Path) -> None:
    for _ in range(int(_WAIT_S / _LOOK_S)):
        try:
            async with web.get(url) as answer:
                if answer.status == 200:
                    return
        except ClientError:
            pass
        await asyncio.sleep(_LOOK_S)
    message = f"{url} is not ready; it said: {_end_of(log)}"
    raise AssertionError(message)


def _end_of(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]
