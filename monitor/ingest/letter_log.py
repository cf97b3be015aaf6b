"""What the log says of dead letters: the first of each reason at once, then now and then how many.

A million bad records must not write a million lines.
"""

from typing import Final

import structlog
from aiokafka import ConsumerRecord
from msgspec import Struct

from monitor.ingest.letter import DeadLetter

EVERY_S: Final = 10.0
_log = structlog.get_logger(__name__)


class _Said(Struct):
    at_s: float
    #: not said yet: how many since, and the last of them
    count: int = 0
    record: ConsumerRecord | None = None
    letter: DeadLetter | None = None


class LetterLog:
    """Says of each reason at most one line every so often; the present time is an argument."""

    def __init__(self, every_s: float = EVERY_S, what: str = "alarms") -> None:
        """Start without having said anything of these records."""
        self._what = what
        self._every_s = every_s
        self._said: dict[str, _Said] = {}

    def note(self, record: ConsumerRecord, letter: DeadLetter, now_s: float) -> None:
        """Note a dead letter; say so if nothing was said of its reason lately."""
        said = self._said.get(letter.reason)
        if said is None:
            said = self._said[letter.reason] = _Said(now_s - self._every_s)
        said.count += 1
        said.record, said.letter = record, letter
        if now_s - said.at_s >= self._every_s:
            _say(self._what, said, now_s)

    def flush(self, now_s: float) -> None:
        """Say what waited for its time."""
        for said in self._said.values():
            if said.count and now_s - said.at_s >= self._every_s:
                _say(self._what, said, now_s)

    def close(self, now_s: float) -> None:
        """Say what is left, before the end."""
        for said in self._said.values():
            if said.count:
                _say(self._what, said, now_s)


def _say(what: str, said: _Said, now_s: float) -> None:
    """Write one line: how many since the last one, and where the last of them was."""
    record, letter = said.record, said.letter
    assert record is not None  # noqa: S101 - only called when something was noted
    assert letter is not None  # noqa: S101 - the same
    ours = letter.exception is not None
    _log.log(
        40 if ours else 30,
        f"our own code failed on {what}, set aside" if ours else f"{what} set aside",
        reason=str(letter.reason),
        count=said.count,
        detail=letter.detail,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        exc_info=letter.exception,
    )
    said.at_s, said.count, said.record, said.letter = now_s, 0, None, None
