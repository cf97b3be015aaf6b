"""Log lines: ours and every library's, in one form."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from monitor.logs import configure_logs


@pytest.fixture(autouse=True)
def _put_back() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
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
