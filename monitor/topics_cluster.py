"""A cluster asked for the topics, and told how they should be; nothing is ever deleted."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import IncompatibleBrokerVersion, KafkaError, for_code

from monitor.broker.access import Broker
from monitor.broker.clients import admin_of, client_of
from monitor.broker.incremental import IncrementalAlterConfigsRequest, Resource
from monitor.topics import Topics, TopicsError, create_some
from monitor.topics_plan import Cluster, Difference, Found, differences, refused

#: A cluster that does not answer within this time is not reachable.
ANSWER_S: Final = 20.0
#: Brokers learn of a change one by one; after this time every one of them knows.
_KNOWN_S: Final = 3.0
_ASK_AGAIN_S: Final = 0.1
_CHANGED_S: Final = 60.0
#: What the cluster said, by topic.
Refused = dict[str, str]
_OFFSETS_RETENTION: Final = "offsets.retention.minutes"
_MINUTE_US: Final = 60_000_000


async def ask(broker: Broker, topics: Topics) -> Cluster:
    """Ask the cluster about the declared topics; it is not made to create any by being asked.

    Raises KafkaError, OSError or TimeoutError if it cannot be reached.
    """
    async with asyncio.timeout(ANSWER_S), admin_of(broker) as admin:
        cluster = await admin.describe_cluster()
        # Asked for by name, a topic that is missing would be created by some brokers.
        there = {t["topic"]: t["partitions"] for t in await admin.describe_topics()}
        names = [topic.name for topic in topics.all() if there.get(topic.name)]
        configs = await _configs(admin, names)
        return Cluster(
            brokers=len(cluster["brokers"]),
            topics={name: _found(there[name], configs.get(name)) for name in names},
            offsets_retention_us=await _offsets_retention_us(admin, cluster["controller_id"]),
        )


async def compare(broker: Broker, topics: Topics) -> list[Difference]:
    """Return everything in which the cluster differs from the declared topics."""
    return differences(topics, await ask(broker, topics))


async def refusals(
    broker: Broker, topics: Topics, roles: Collection[str] = (), *, patience_s: float = _KNOWN_S
) -> list[str]:
    """Return why a worker cannot work on these topics, each with what to do; none: it can.

    With roles, only of the topics that they write or read. Of topics just made not every broker
    knows yet, so there is some patience.
    """
    parts = {
        part
        for part, topic in topics.by_part().items()
        if not roles or {*topic.written_by, *topic.read_by} & set(roles)
    }

    def wrong(found: list[Difference]) -> list[Difference]:
        return [difference for difference in refused(found) if difference.part in parts]

    found = await _asked_until(broker, topics, lambda found: not wrong(found), patience_s)
    return [str(difference) for difference in wrong(found)]


async def _asked_until(
    broker: Broker, topics: Topics, fine: Callable[[list[Difference]], bool], patience_s: float
) -> list[Difference]:
    """Compare again and again until it is fine or this time has passed; return the last answer."""
    now_s = asyncio.get_running_loop().time
    until_s = now_s() + patience_s
    while True:
        found = await compare(broker, topics)
        if fine(found) or now_s() >= until_s:
            return found
        await asyncio.sleep(_ASK_AGAIN_S)


async def apply(broker: Broker, topics: Topics, found: Iterable[Difference]) -> None:
    """Do what can be done about these differences.

    Raises TopicsError with all that the cluster refused, after doing the rest.
    """
    by_remedy: dict[str | None, list[Difference]] = defaultdict(list)
    for difference in found:
        by_remedy[difference.remedy].append(difference)
    said: Refused = {}
    async with asyncio.timeout(_CHANGED_S), admin_of(broker) as admin:
        said |= await _create(admin, topics, by_remedy["create"])
        said |= await _add(admin, topics, by_remedy["add partitions"])
        said |= await _set(broker, by_remedy["set"])

    def known(found: list[Difference]) -> bool:
        return all(difference.topic in said for difference in found if difference.remedy)

    await _asked_until(broker, topics, known, _KNOWN_S)
    if said:
        raise TopicsError("; ".join(dict.fromkeys(said.values())))


async def _create(admin: AIOKafkaAdminClient, topics: Topics, wanted: list[Difference]) -> Refused:
    missing = [topic for part, topic in topics.by_part().items() if part in _parts(wanted)]
    if not missing:
        return {}
    brokers = len((await admin.describe_cluster())["brokers"])
    try:
        await create_some(admin, missing, brokers)
    except TopicsError as error:
        return dict.fromkeys((topic.name for topic in missing), str(error))
    return {}


async def _add(admin: AIOKafkaAdminClient, topics: Topics, wanted: list[Difference]) -> Refused:
    said = {}
    for part, topic in topics.by_part().items():
        if part not in _parts(wanted):
            continue
        try:
            await admin.create_partitions({topic.name: NewPartitions(topic.partitions)})
        except KafkaError as error:
            said[topic.name] = str(error)
    return said


async def _set(broker: Broker, wanted: list[Difference]) -> Refused:
    """Set all settings of a topic at once, and no others."""
    if not wanted:
        return {}
    settings: dict[str, dict[str, str]] = defaultdict(dict)
    for difference in wanted:
        settings[difference.topic][difference.what] = difference.should
    request = IncrementalAlterConfigsRequest(
        [Resource(ConfigResourceType.TOPIC, name, config) for name, config in settings.items()]
    )
    async with client_of(broker) as client:
        try:
            answer = await client.send(client.get_random_node(), request)
        except (IncompatibleBrokerVersion, NotImplementedError):
            return dict.fromkeys(settings, "this broker cannot change single settings of a topic")
    return {
        name: f"settings of topic {name} could not be changed: {text or for_code(code).__name__}"
        for code, text, _, name in answer.responses
        if code
    }


def _parts(wanted: Iterable[Difference]) -> set[str]:
    return {difference.part for difference in wanted}


def _found(partitions: list[Mapping[str, Any]], config: Mapping[str, str] | None) -> Found:
    return Found(
        partitions=len(partitions),
        replicas=min(len(partition["replicas"]) for partition in partitions),
        config=config,
    )


async def _configs(admin: AIOKafkaAdminClient, names: list[str]) -> dict[str, Mapping[str, str]]:
    """Return the settings of topics, of those that the broker tells."""
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    return await _described(admin, asked) if asked else {}


async def _offsets_retention_us(admin: AIOKafkaAdminClient, node: int) -> int | None:
    asked = ConfigResource(ConfigResourceType.BROKER, str(node), {_OFFSETS_RETENTION: ""})
    told = (await _described(admin, [asked])).get(str(node), {}).get(_OFFSETS_RETENTION)
    return int(told) * _MINUTE_US if told else None


async def _described(
    admin: AIOKafkaAdminClient, asked: list[ConfigResource]
) -> dict[str, Mapping[str, str]]:
    """Ask for settings; a broker that does not know the question, or tells nothing, is let be."""
    try:
        answers = await admin.describe_configs(asked)
    except (KafkaError, NotImplementedError):
        return {}
    return {
        name: {entry[0]: entry[1] for entry in entries if entry[1] is not None}
        for answer in answers
        for code, _, _, name, entries in answer.resources
        if not code and entries
    }
