"""`outage-monitor dlq` against a broker: list, show, retry, and what it says when it cannot."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct
from typer.testing import CliRunner, Result

from monitor.broker.clients import consumer_of
from monitor.cli.dlq import app
from monitor.clock import WallClock
from monitor.core.written import time_text
from monitor.ingest.loop import Ingest
from monitor.ingest.start import running_ingest

from .ingesting import Ingesting, prepared
from .running import OpenBroker, topics_file

BAD = b'\xff\x1b[31m"evil"\r\n'
WRONG = json.dumps(
    {"source": "oss", "alarm_id": "1", "element": "olt-1", "action": "explode"}
).encode()


class Dlq(Struct):
    """A running ingest, and the command line that looks at its dead letters."""

    product: Ingesting
    ingest: Ingest
    environment: dict[str, str]

    async def send(self, value: bytes | None, key: bytes | None = None, **record: Any) -> None:
        """Send a record to the alarms."""
        name = self.product.topics.alarms.name
        await self.product.producer.send_and_wait(name, value, key, **record)

    async def until(self, dead_letters: int) -> None:
        """Wait until so many were set aside."""
        async with asyncio.timeout(20):
            while self.ingest.dead_letters < dead_letters:  # noqa: ASYNC110 - a count is asked for
                await asyncio.sleep(0.02)

    async def run(self, *arguments: str) -> Result:
        """Run the command; it needs a loop of its own."""
        run = CliRunner().invoke
        result = await asyncio.to_thread(run, app, list(arguments), env=self.environment)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result


def with_dlq(
    open_broker: OpenBroker,
    directory: Path,
    test: Callable[[Dlq], Awaitable[None]],
) -> None:
    """Run a test on a running ingest."""

    async def run() -> None:
        async with AsyncExitStack() as stack:
            product = await stack.enter_async_context(
                prepared(open_broker, settings={"inventory": "optional"})
            )
            ingest, _ = await stack.enter_async_context(
                running_ingest(product.broker, product.topics, product.settings, WallClock())
            )
            app_id = product.settings.app_id
            environment = {
                "MONITOR_BROKER": product.broker.bootstrap,
                "MONITOR_APP_ID": app_id,
                "MONITOR_TOPICS_FILE": str(topics_file(directory, app_id)),
            }
            await test(Dlq(product, ingest, environment))

    asyncio.run(run())


def test_a_dead_letter_is_the_record_as_it_was(open_broker: OpenBroker, tmp_path: Path) -> None:
    """Bytes, key, time stamp and headers, also of a record without key and value."""

    async def test(dlq: Dlq) -> None:
        stamp_ms = WallClock().now_us() // 1000 - 3_600_000
        trace = [("trace", b"\x00\xff")]
        await dlq.send(BAD, b"\xfekey", timestamp_ms=stamp_ms, headers=trace, partition=1)
        await dlq.send(None, b"", partition=0)
        await dlq.until(2)
        consumer = consumer_of(dlq.product.broker, dlq.product.topics.alarms_dlq.name)
        async with consumer:
            found = {r.value: r for r in [await consumer.getone() for _ in range(2)]}
        bad, empty = found[BAD], found[None]
        assert (bad.key, bad.timestamp) == (b"\xfekey", stamp_ms)
        headers = dict(bad.headers)
        assert headers["trace"] == b"\x00\xff"
        assert (headers["dlq_partition"], headers["dlq_offset"]) == (b"1", b"0")
        assert headers["dlq_reason"] == b"not_utf8"
        assert headers["dlq_timestamp"] == b"%d" % stamp_ms
        assert dict(empty.headers)["dlq_reason"] == b"empty"

    with_dlq(open_broker, tmp_path, test)


def test_list_and_show(open_apache: OpenBroker, tmp_path: Path) -> None:
    """The list counts by reason; a letter is shown without its control characters, or raw."""

    async def test(dlq: Dlq) -> None:
        await dlq.send(BAD, partition=0)
        await dlq.send(WRONG, partition=0)
        await dlq.until(2)
        listed = await dlq.run("list")
        assert listed.exit_code == 0
        assert "2 dead letters" in listed.stdout
        assert "1  not_utf8" in listed.stdout
        assert "byte 1 is not UTF-8" in listed.stdout
        assert "not_utf8" not in (await dlq.run("list", "--reason", "bad_value")).stdout
        assert "0 dead letters" in (await dlq.run("list", "--since", "2199-01-01T00:00:00Z")).stdout
        assert "2 dead letters" in (await dlq.run("list", "--since", "1h")).stdout
        lines = (await dlq.run("list", "--json", "--limit", "1")).stdout.splitlines()
        (last,) = map(json.loads, lines)
        assert (last["id"], last["offset"], last["error"]) == ("0/1", 1, "Reject")
        shown = await dlq.run("show", "0/0")
        assert "\x1b" not in shown.stdout
        assert r'\xff\x1b[31m"evil"\r\n' in shown.stdout
        assert (await dlq.run("show", "0/0", "--raw")).stdout_bytes == BAD
        assert '  "action": "explode"' in (await dlq.run("show", "0/1")).stdout

    with_dlq(open_apache, tmp_path, test)


def test_what_is_not_there_is_told(open_apache: OpenBroker, tmp_path: Path) -> None:
    """A wrong id ends with code 2 and a sentence that says which there are."""

    async def test(dlq: Dlq) -> None:
        await dlq.send(BAD)
        await dlq.until(1)
        for id_, said in (("0/7", "offsets 0 to 0"), ("5/0", "no partition 5"), ("x", "0/17")):
            result = await dlq.run("show", id_)
            assert result.exit_code == 2
            assert said in result.stderr.replace("\n", " ")
        result = await dlq.run("retry", "--yes", "0/9")
        assert result.exit_code == 1
        assert "no dead letter 0/9" in result.stderr

    with_dlq(open_apache, tmp_path, test)


def test_what_is_retried_and_fails_comes_back_with_its_count(
    open_apache: OpenBroker, tmp_path: Path
) -> None:
    """It can be retried again; all of a reason means each record once, as it is now."""

    async def test(dlq: Dlq) -> None:
        await dlq.send(BAD, b"key", partition=1)
        await dlq.send(WRONG, partition=0)
        await dlq.until(2)
        refused = await dlq.run("retry", "--all", "--reason", "not_utf8")
        assert refused.exit_code == 2
        assert "--yes" in refused.stderr
        for tries in (2, 3):
            result = await dlq.run("retry", "--all", "--reason", "not_utf8", "--yes")
            assert result.exit_code == 0
            assert result.stderr.startswith("1 written")
            await dlq.until(tries + 1)
        lines = (await dlq.run("list", "--json", "--reason", "not_utf8")).stdout.splitlines()
        letters = [json.loads(line) for line in lines]
        assert [letter["retries"] for letter in letters] == [0, 1, 2]
        assert {letter["partition"] for letter in letters} == {1}
        assert len({letter["value_base64"] for letter in letters}) == 1
        assert [letter["retry_of"] for letter in letters] == [
            None,
            letters[0]["id"],
            letters[1]["id"],
        ]

    with_dlq(open_apache, tmp_path, test)


def test_a_retry_that_succeeds_is_an_alarm(open_apache: OpenBroker, tmp_path: Path) -> None:
    """Whatever kept it out is gone; it arrives now, so it is no longer ahead of its arrival."""

    async def test(dlq: Dlq) -> None:
        now_us = WallClock().now_us()
        said = {
            "source": "oss", "alarm_id": "1", "action": "raise", "element": "olt-1",
            "country": "BE", "event_time": time_text(now_us - 60_000_000),
        }  # fmt: skip
        long_ago_ms = now_us // 1000 - 3_600_000
        await dlq.send(json.dumps(said).encode(), timestamp_ms=long_ago_ms)
        await dlq.until(1)
        assert (await dlq.run("retry", "0/0", "--yes")).exit_code == 0
        await dlq.product.until(lambda: bool(dlq.product.coordinates))
        assert dlq.ingest.dead_letters == 1

    with_dlq(open_apache, tmp_path, test)


@pytest.mark.parametrize("arguments", [["list"], ["show", "0/0"], ["retry", "--all", "--yes"]])
def test_a_broker_that_is_gone(arguments: list[str]) -> None:
    """One sentence that names the address, code 3, no traceback."""
    environment = {"MONITOR_BROKER": "127.0.0.1:9"}
    result = CliRunner().invoke(app, arguments, env=environment)
    assert result.exit_code == 3
    assert "127.0.0.1:9 does not answer" in result.stderr.replace("\n", " ")
    assert "Traceback" not in result.output


def test_a_topic_that_is_not_there_is_not_made(open_apache: OpenBroker, tmp_path: Path) -> None:
    """Looking at dead letters creates nothing."""

    async def test(dlq: Dlq) -> None:
        dlq.environment["MONITOR_TOPICS_FILE"] = str(topics_file(tmp_path, "another"))
        for _ in range(2):
            result = await dlq.run("list")
            assert result.exit_code == 2
            assert "has no topic another-network.alarms.v1.dlq" in result.stderr.replace("\n", " ")

    with_dlq(open_apache, tmp_path, test)
