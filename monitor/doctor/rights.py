"""Whether the broker lets this user do what a worker does; nothing is written to find out."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Final

from aiokafka.errors import IncompatibleBrokerVersion, KafkaError

from monitor.broker.access import Broker
from monitor.broker.authorized import Allowed, Operation, allowed_on_groups, allowed_on_topics
from monitor.broker.clients import producer_of
from monitor.doctor.finding import Finding, fail, ok, reason, warn
from monitor.settings import Settings
from monitor.topics import Topics

_ABOUT: Final = "rights"
_ROLES: Final = frozenset({"ingest", "decide"})
#: Each has a group of its own: what reads alarms, what reads inputs, what reads actions.
_GROUPS: Final = ("actions", "decide", "ingest")
_ANSWER_S: Final = 20.0
_UNTOLD: Final = (IncompatibleBrokerVersion, NotImplementedError)


async def look_at_rights(broker: Broker, topics: Topics, settings: Settings) -> list[Finding]:
    """Ask what is allowed on topics and groups, and take a transactional id of our own."""
    async with asyncio.timeout(_ANSWER_S):
        try:
            findings = await _asked(broker, topics, settings.app_id)
        except _UNTOLD:
            said = "the broker does not tell what is allowed on topics and groups"
            findings = [warn(_ABOUT, said, "a worker will say so if it is refused something")]
    findings += await _transactional(broker, settings.app_id)
    said = "to read and write the topics, to read in the groups, and transactions"
    return findings or [ok(_ABOUT, said)]


async def _asked(broker: Broker, topics: Topics, app_id: str) -> list[Finding]:
    wanted = _wanted(topics)
    of_topics = await allowed_on_topics(broker, wanted)
    groups = {f"{app_id}-{name}": [Operation.READ] for name in _GROUPS}
    of_groups = await allowed_on_groups(broker, groups)
    return [*_lacking("topic", wanted, of_topics), *_lacking("group", groups, of_groups)]


def _wanted(topics: Topics) -> dict[str, list[Operation]]:
    """Return what a worker does with which topic."""
    return {
        topic.name: [
            *([Operation.READ] if _ROLES & set(topic.read_by) else []),
            *([Operation.WRITE] if _ROLES & set(topic.written_by) else []),
        ]
        for topic in topics.all()
    }


def _lacking(
    kind: str, wanted: Mapping[str, Iterable[Operation]], allowed: Mapping[str, Allowed]
) -> list[Finding]:
    return [
        fail(
            _ABOUT,
            f"may not {' or '.join(o.name for o in lacking)} {kind} {name}",
            f"have it allowed: kafka-acls.sh --add --allow-principal User:NAME --{kind} {name} "
            + " ".join(f"--operation {o.name.title()}" for o in lacking),
        )
        for name, operations in sorted(wanted.items())
        if name in allowed and (lacking := allowed[name].lacks(operations))
    ]


async def _transactional(broker: Broker, app_id: str) -> list[Finding]:
    """Start a transactional producer, as a worker does for each partition; send nothing."""
    producer = producer_of(broker, f"{app_id}-doctor")
    try:
        async with asyncio.timeout(_ANSWER_S):
            await producer.start()
    except (KafkaError, OSError, TimeoutError) as error:
        return [
            fail(
                _ABOUT,
                f"may not begin transactions: {reason(error)}",
                "have it allowed: kafka-acls.sh --add --allow-principal User:NAME "
                f"--transactional-id {app_id} --resource-pattern-type prefixed --operation Write "
                "--operation Describe",
            )
        ]
    finally:
        await producer.stop()
    return []
