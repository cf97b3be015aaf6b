"""Log lines: ours and every library's, in one form."""

import asyncio
import json
import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Literal

import faust
import pytest
import structlog
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaConnectionError

from monitor.broker.access import Kafka
from monitor.logs import configure_logs

LIBRARIES = ("aiokafka", "faust", "mode", "asyncio")
CHATTERER = "aiokafka.consumer.subscription_state"
PASSWORD = "hush-hush"  # noqa: S105 - a test's own


@pytest.fixture(autouse=True)
def _put_back() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in (None, *LIBRARIES, CHATTERER)]
    before = [(logger, logger.handlers, logger.level) for logger in loggers]
    hooks = sys.excepthook, threading.excepthook
    yield
    for logger, handlers, level in before:
        logger.handlers = handlers
        logger.setLevel(level)
    sys.excepthook, threading.excepthook = hooks
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def test_lines_of_libraries_are_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    """A line of Faust or aiokafka has the same form as one of ours."""
    configure_logs("json", "info")
    logging.getLogger("aiokafka.consumer").warning("gone: %s", "node 1")
    structlog.get_logger("monitor.ingest").info("partitions assigned", partitions=[1])
    theirs, ours = map(json.loads, capsys.readouterr().err.splitlines())
    assert (theirs["logger"], theirs["level"]) == ("aiokafka.consumer", "warning")
    assert theirs["event"] == "gone: node 1"
    assert ours["partitions"] == [1]
    assert ours.keys() >= {"logger", "level", "timestamp", "event"}


def test_an_exception_stays_on_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A traceback is data of the line, not lines of its own."""
    configure_logs("json", "info")
    try:
        _ = 1 // 0
    except ZeroDivisionError:
        structlog.get_logger("monitor").critical("cannot go on", exc_info=True)
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["exception"][0]["exc_type"] == "ZeroDivisionError"


def test_less_important_lines_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """The level holds for every library."""
    configure_logs("console", "error")
    logging.getLogger("faust").warning("quiet")
    structlog.get_logger("monitor").error("loud")
    said = capsys.readouterr().err
    assert "loud" in said
    assert "quiet" not in said


@pytest.mark.parametrize("library", LIBRARIES)
def test_libraries_tell_less_than_they_could(
    library: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Even at level debug a library's lines about each record and request are left out."""
    configure_logs("json", "debug")
    logging.getLogger(f"{library}.part").debug("Sending (key=%s value=%s)", b"k", b"v")
    logging.getLogger(f"{library}.part").info("joined")
    structlog.get_logger("monitor").debug("ours")
    lines = [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()]
    assert lines == ["joined", "ours"]


def test_what_is_said_at_every_start_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """Each consumer that is made would say that its topics are updated; its warnings remain."""
    configure_logs("json", "info")
    chatterer = logging.getLogger(CHATTERER)
    chatterer.info("Updating subscribed topics")
    chatterer.warning("odd")
    (line,) = map(json.loads, capsys.readouterr().err.splitlines())
    assert line["event"] == "odd"


def test_faust_logs_through_us(capsys: pytest.CaptureFixture[str]) -> None:
    """A line of a Faust service, with what it adds to each, has our form."""
    configure_logs("json", "info")
    app = faust.App("quiet", broker="kafka://127.0.0.1:1", env={}, web_enabled=False)
    app.log.info("starting %s", "it")
    (line,) = map(json.loads, capsys.readouterr().err.splitlines())
    assert line["logger"].startswith("faust")
    assert line["event"].endswith("starting it")


def test_aiokafka_logs_through_us(capsys: pytest.CaptureFixture[str]) -> None:
    """A broker that does not answer is told in a line of ours."""
    configure_logs("json", "info")

    async def run() -> None:
        client = AIOKafkaClient(**Kafka("127.0.0.1:1").client_options)
        with pytest.raises(KafkaConnectionError):
            await client.bootstrap()
        await client.close()

    asyncio.run(run())
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert {line["logger"] for line in lines} == {"aiokafka"}
    assert "127.0.0.1:1" in lines[0]["event"]


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_no_password_in_a_traceback(
    log_format: Literal["json", "console"], capsys: pytest.CaptureFixture[str]
) -> None:
    """The values of variables, among them those of a login, are no part of a traceback."""
    configure_logs(log_format, "debug")

    def enter(**options: str) -> None:
        secret = options["sasl_plain_password"]
        raise RuntimeError(len(secret))

    try:
        enter(**Kafka("h:1", {"sasl_plain_password": PASSWORD}).client_options)
    except RuntimeError:
        structlog.get_logger("monitor").exception("cannot enter")
    said = capsys.readouterr().err
    assert "RuntimeError" in said
    assert PASSWORD not in said


def test_what_nobody_catches_is_a_line() -> None:
    """A program that ends by an exception says so in one JSON object; so does a thread of it."""
    program = """
import threading
from monitor.logs import configure_logs
configure_logs("json")
def fail(): raise ValueError("no\\nmore")
thread = threading.Thread(target=fail); thread.start(); thread.join()
fail()
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    first, second = map(json.loads, ended.stderr.splitlines())
    assert ended.returncode == 1
    for line in (first, second):
        assert line["level"] == "critical"
        assert line["exception"][0]["exc_value"] == "no\nmore"


def test_warnings_of_python_are_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """A library's warning is no text of its own on standard error."""
    configure_logs("json")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        # Outside of a test it is `warnings` itself that calls this.
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn("old", DeprecationWarning, stacklevel=1)
        logging.captureWarnings(capture=False)
    (line,) = map(json.loads, capsys.readouterr().err.splitlines())
    assert (line["logger"], line["level"]) == ("py.warnings", "warning")


def test_names_from_outside_cannot_paint_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Control characters in what an alarm said are not sent to a terminal."""
    configure_logs("console")
    structlog.get_logger("monitor").warning("odd\x1b[2J", element="olt\x1b]0;x\x07", n=1)
    said = capsys.readouterr().err
    assert "\x1b]" not in said
    assert "\x1b[2J" not in said
    assert "\x07" not in said
