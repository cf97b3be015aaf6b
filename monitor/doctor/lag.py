"""How far the workers have come, and whether any is at work."""

import asyncio
from collections.abc import Iterable
from typing import Final, NamedTuple

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from monitor.broker.access import Broker
from monitor.broker.clients import admin_of
from monitor.doctor.finding import Finding, ok, warn
from monitor.settings import Settings
from monitor.topics import Topics

_ABOUT: Final = "lag"
_ANSWER_S: Final = 20.0
#: Records; a worker at work is never quite at the end.
_FEW: Final = 1000
_START: Final = "start `outage-monitor worker`"


class Progress(NamedTuple):
    """How far a group has come in a topic."""

    group: str
    topic: str
    members: int
    #: None: it has never read
    behind: int | None


async def look_at_lag(broker: Broker, topics: Topics, settings: Settings) -> list[Finding]:
    """Compare what the groups have read with what there is."""
    read = {"ingest": topics.alarms, "decide": topics.inputs, "actions": topics.actions}
    async with asyncio.timeout(_ANSWER_S), admin_of(broker) as admin:
        return [
            _finding(await _progress(broker, admin, f"{settings.app_id}-{role}", topic.name))
            for role, topic in read.items()
        ]


def _finding(progress: Progress) -> Finding:
    group, topic, members, behind = progress
    if behind is None and not members:
        return warn(_ABOUT, f"{group} has never read {topic}: no worker is running", _START)
    far = "has committed nothing yet" if behind is None else f"is {behind} record(s) behind"
    said = f"{group} {far} in {topic}; {members} member(s)"
    if not members:
        return warn(_ABOUT, f"{said}: no worker is running", _START)
    if behind is not None and behind > _FEW:
        todo = "ask again in a minute: if it grows, start one worker more, or look at its log"
        return warn(_ABOUT, said, todo)
    return ok(_ABOUT, said)


async def _progress(broker: Broker, admin: AIOKafkaAdminClient, group: str, topic: str) -> Progress:
    # One group at a time: aiokafka cannot read an answer about several.
    (answer,) = await admin.describe_consumer_groups([group])
    members = len(answer.groups[0][5])
    committed = {
        partition: offset.offset
        for partition, offset in (await admin.list_consumer_group_offsets(group)).items()
        if partition.topic == topic and offset.offset >= 0
    }
    if not committed:
        return Progress(group, topic, members, None)
    (described,) = await admin.describe_topics([topic])
    partitions = (TopicPartition(topic, p["partition"]) for p in described["partitions"])
    return Progress(group, topic, members, await _behind(broker, partitions, committed))


async def _behind(
    broker: Broker, partitions: Iterable[TopicPartition], committed: dict[TopicPartition, int]
) -> int:
    """Add up what was not read; a partition in which nothing was read counts from its beginning."""
    async with broker.asking() as end_offsets:
        ends = await end_offsets({p: committed.get(p, 0) for p in partitions})
    return sum(max(0, end - committed.get(partition, 0)) for partition, end in ends.items())
