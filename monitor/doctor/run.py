"""Everything looked at, one after the other; what needs what is not there is left out."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Final

from monitor.broker.access import Broker
from monitor.clock import WallClock
from monitor.doctor.broker import look_at_broker
from monitor.doctor.clock import KernelClock, look_at_clock, look_at_stamps
from monitor.doctor.finding import KAFKA_ERRORS, Finding, fail, found, reason
from monitor.doctor.here import look_at_policies, look_at_settings
from monitor.doctor.inventory import look_at_inventory
from monitor.doctor.lag import look_at_lag
from monitor.doctor.rights import look_at_rights
from monitor.doctor.topics import declared, look_at_topics
from monitor.settings import Settings
from monitor.topics import Topics

_AGAIN: Final = "see that the broker is well, and ask again"


async def examine(
    settings: Settings, broker: Broker, now_us: int, clock: KernelClock | None
) -> AsyncIterator[Finding]:
    """Yield what is found, as it is found; nothing is changed by looking."""
    for finding in (*look_at_settings(settings), *look_at_policies(settings, now_us)):
        yield finding
    yield look_at_clock(clock)
    topics = declared(settings)
    if isinstance(topics, Finding):
        yield topics
    reached = await found("broker", partial(look_at_broker, broker))
    for finding in reached:
        yield finding
    if not (isinstance(topics, Finding) or any(f.unreachable for f in reached)):
        async for finding in _in_kafka(settings, broker, topics, now_us):
            yield finding


async def _in_kafka(
    settings: Settings, broker: Broker, topics: Topics, now_us: int
) -> AsyncIterator[Finding]:
    try:
        findings, there = await look_at_topics(broker, topics)
    except KAFKA_ERRORS as error:
        yield fail("topics", f"could not be looked at: {reason(error)}", _AGAIN)
        return
    for finding in findings:
        yield finding
    looks = {"rights": partial(look_at_rights, broker, topics, settings)}
    if topics.inventory.name in there:
        looks["inventory"] = partial(look_at_inventory, broker, topics, settings, now_us)
    if {topics.alarms.name, topics.inputs.name} <= there:
        looks["lag"] = partial(look_at_lag, broker, topics, settings)
        looks["clock"] = partial(look_at_stamps, broker, topics, WallClock())
    for about, look in looks.items():
        for finding in await found(about, look):
            yield finding
