"""The time of the brokers, so that hosts of ingest with wrong clocks do no harm.

*Now* decides when a duration is over, and each host has a clock of its own. Where the broker itself
stamps the records of `outage-inputs` (`message.timestamp.type=LogAppendTime`), each answer to a
tick carries the broker's time. A record is stamped before its answer arrives; so that stamp and the
time since the answer make a time that the broker has certainly reached. All that ingest says of
time is said by that clock, on whatever host it runs.

Where the broker keeps the stamps of the writers, the clock of the host is all there is.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable
from statistics import median_low
from typing import Final

import structlog
from aiokafka.structs import RecordMetadata

from monitor.clock import Clock

#: How Kafka calls a time stamp of the broker.
_LOG_APPEND_TIME: Final = 1
#: So many answers are remembered; of them the one that came back fastest counts.
_REMEMBERED: Final = 8
_WORTH_SAYING_US: Final = 5_000_000
_SAY_EVERY_US: Final = 60_000_000
_log = structlog.get_logger(__name__)


class BrokerTime:
    """A clock that goes by the brokers as soon as they tell the time, else by the host."""

    def __init__(self, host: Clock, elapsed_s: Callable[[], float] = time.monotonic) -> None:
        """Take the clock of the host, and what measures how time passes."""
        self.speed = host.speed
        self._host = host
        self._elapsed_s = elapsed_s
        #: the time of the brokers, less what had elapsed when we were told
        self._told_us: deque[int] = deque(maxlen=_REMEMBERED)
        self._said_us: int | None = None

    def now_us(self) -> int:
        """Return the present time in microseconds since 1970; never ahead of the brokers'."""
        if not self._told_us:
            return self._host.now_us()
        return max(self._told_us) + self._elapsed_us()

    def heard(self, answers: Iterable[RecordMetadata]) -> None:
        """Note the time that the answers to one tick tell, now that all have arrived.

        Several brokers may tell different times: the one in the middle counts.
        """
        stamps_ms = [a.timestamp for a in answers if a.timestamp_type == _LOG_APPEND_TIME]
        if stamps_ms:
            self._told_us.append(median_low(stamps_ms) * 1000 - self._elapsed_us())
            self._say_skew()

    def _say_skew(self) -> None:
        skew_us = self._host.now_us() - self.now_us()
        elapsed_us = self._elapsed_us()
        if self._said_us is not None and elapsed_us - self._said_us < _SAY_EVERY_US:
            return
        if abs(skew_us) >= _WORTH_SAYING_US:
            self._said_us = elapsed_us
            _log.warning(
                "the clock of this host is not that of the brokers; going by the brokers'",
                seconds_ahead=round(skew_us / 1_000_000, 1),
            )

    def _elapsed_us(self) -> int:
        return int(self._elapsed_s() * 1_000_000)
