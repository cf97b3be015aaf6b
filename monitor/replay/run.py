"""A replay: read recorded alarms, ask the core, write what it says."""

from collections.abc import Callable, Iterable, Iterator

from monitor.core.event import Event
from monitor.core.final import Final
from monitor.core.notification import Notification
from monitor.core.received import Received
from monitor.core.written import time_text
from monitor.replay.reading import Origin

_DAY_US = 86_400_000_000
#: The first few say it; a broken clock could say it a million times.
_JUMPS_SHOWN = 5

Warn = Callable[[str], None]


def in_the_end(
    program: Final, events: Iterable[Event], until_us: int | None
) -> Iterator[Notification]:
    """Yield the crossings that hold in the end, in their order."""
    for event in events:
        program.take(event)
    yield from program.result(until_us)


def as_received(
    program: Received, events: Iterable[Event], until_us: int | None
) -> Iterator[Notification]:
    """Yield every revision that a live run would have published, in the order it would have."""
    for event in events:
        yield from program.take(event)
    if until_us is not None:
        yield from program.run_to(until_us)


def watch_jumps(origins: Iterable[Origin], warn: Warn) -> Iterator[Event]:
    """Pass the events on, and warn of a time that is more than a day ahead of all before it."""
    latest_us, jumps = None, 0
    for time_us, event, file, line in origins:
        if latest_us is None or time_us > latest_us:
            if latest_us is not None and time_us - latest_us > _DAY_US:
                jumps += 1
                if jumps <= _JUMPS_SHOWN:
                    warn(
                        f"{file}:{line}: event_time {time_text(time_us)} is more than a day ahead "
                        f"of the newest before it ({time_text(latest_us)}); the clock follows it"
                    )
            latest_us = time_us
        yield event
    if jumps > _JUMPS_SHOWN:
        warn(f"{jumps - _JUMPS_SHOWN} more such jumps of more than a day were not shown")
