"""The log of dead letters: loud at first, and then not a line for each."""

import logging

import pytest
import structlog

from monitor.formats.reject import Reason
from monitor.ingest.letter import DeadLetter, letter_of
from monitor.ingest.letter_log import LetterLog

from .records import record

BAD = DeadLetter(Reason.NOT_JSON, "not JSON")


def said_by(log: LetterLog, times_s: list[float], letter: DeadLetter = BAD) -> list[int]:
    """Note a letter at each of these times, with a look at the log; return the counts it said."""
    with structlog.testing.capture_logs() as lines:
        for offset, now_s in enumerate(times_s):
            log.note(record(offset=offset), letter, now_s)
            log.flush(now_s)
    return [line["count"] for line in lines]


def test_the_first_is_told_at_once_and_a_flood_in_sums() -> None:
    """A hundred a second for 25 seconds: three lines."""
    times_s = [100 + n / 100 for n in range(2500)]
    assert said_by(LetterLog(10), times_s) == [1, 1000, 1000]


def test_what_is_left_is_told_in_the_end() -> None:
    """Every dead letter is in the sum of some line."""
    log = LetterLog(10)
    said_by(log, [1.0, 2.0, 3.0])
    with structlog.testing.capture_logs() as lines:
        log.close(3.5)
        log.close(3.6)
    assert [(line["count"], line["offset"]) for line in lines] == [(2, 2)]


def test_a_sum_is_told_though_no_more_come() -> None:
    """Time alone brings it out."""
    log = LetterLog(10)
    said_by(log, [1.0, 2.0])
    with structlog.testing.capture_logs() as lines:
        log.flush(10.9)
        log.flush(11.0)
        log.flush(50.0)
    assert [line["count"] for line in lines] == [1]


def test_every_reason_has_its_own_line() -> None:
    """A flood of one reason does not hide the first of another."""
    log = LetterLog(10)
    assert said_by(log, [1.0, 1.1]) == [1]
    assert said_by(log, [1.2], DeadLetter(Reason.NO_KEY, "no country")) == [1]


@pytest.mark.parametrize(("letter", "level"), [(BAD, "warning"), (letter_of(KeyError()), "error")])
def test_our_own_failures_are_louder(letter: DeadLetter, level: str) -> None:
    """They are errors, with the exception."""
    with structlog.testing.capture_logs() as lines:
        LetterLog(10).note(record(offset=5), letter, 1.0)
    (line,) = lines
    assert line["log_level"] == level
    assert (line["exc_info"] is None) == (level == "warning")
    assert logging.getLevelName(level.upper()) >= logging.WARNING
