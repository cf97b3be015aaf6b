"""What we may do with topics and groups, as the broker tells; aiokafka does not ask it."""

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Final, NamedTuple

from aiokafka.errors import for_code
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.coordination import FindCoordinatorRequest
from aiokafka.protocol.types import Array, Boolean, Bytes, Int16, Int32, Schema, String

from monitor.broker.access import Broker
from monitor.broker.clients import client_of

_TEXT: Final = String("utf-8")
#: Kafka's codes for: this user may not even ask about the topic, or the group.
_FORBIDDEN: Final = frozenset({29, 30})
#: No such topic; no such group (since Kafka 4.0).
_MISSING: Final = frozenset({3, 69})
_GROUP: Final = 0
#: The broker does not tell.
_UNTOLD: Final = -(2**31)


class Operation(IntEnum):
    """What can be allowed, by Kafka's own numbers."""

    READ = 3
    WRITE = 4


class _TopicsResponse(Response):  # type: ignore[misc]  # aiokafka ships no types
    API_KEY = 3
    API_VERSION = 8
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            Array(("node_id", Int32), ("host", _TEXT), ("port", Int32), ("rack", _TEXT)),
        ),
        ("cluster_id", _TEXT),
        ("controller_id", Int32),
        (
            "topics",
            Array(
                ("error_code", Int16),
                ("topic", _TEXT),
                ("is_internal", Boolean),
                (
                    "partitions",
                    Array(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", Array(Int32)),
                        ("isr", Array(Int32)),
                        ("offline_replicas", Array(Int32)),
                    ),
                ),
                ("operations", Int32),
            ),
        ),
        ("cluster_operations", Int32),
    )


class _TopicsStruct(RequestStruct):  # type: ignore[misc]  # aiokafka ships no types
    API_KEY = 3
    API_VERSION = 8
    RESPONSE_TYPE = _TopicsResponse
    SCHEMA = Schema(
        ("topics", Array(_TEXT)),
        ("allow_auto_topic_creation", Boolean),
        ("include_cluster_operations", Boolean),
        ("include_topic_operations", Boolean),
    )


class _GroupsResponse(Response):  # type: ignore[misc]  # aiokafka ships no types
    API_KEY = 15
    API_VERSION = 3
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "groups",
            Array(
                ("error_code", Int16),
                ("group", _TEXT),
                ("state", _TEXT),
                ("protocol_type", _TEXT),
                ("protocol", _TEXT),
                (
                    "members",
                    Array(
                        ("member_id", _TEXT),
                        ("client_id", _TEXT),
                        ("client_host", _TEXT),
                        ("metadata", Bytes),
                        ("assignment", Bytes),
                    ),
                ),
                ("operations", Int32),
            ),
        ),
    )


class _GroupsStruct(RequestStruct):  # type: ignore[misc]  # aiokafka ships no types
    API_KEY = 15
    API_VERSION = 3
    RESPONSE_TYPE = _GroupsResponse
    SCHEMA = Schema(("groups", Array(_TEXT)), ("include_operations", Boolean))


class _Topics(Request[_TopicsStruct]):  # type: ignore[misc]  # aiokafka ships no types
    API_KEY = 3

    def __init__(self, names: list[str]) -> None:
        self._names = names

    def build(self, struct: type[_TopicsStruct]) -> _TopicsStruct:
        # No topic is made by being asked for.
        return struct(self._names, False, False, True)


class _Groups(Request[_GroupsStruct]):  # type: ignore[misc]  # aiokafka ships no types
    API_KEY = 15

    def __init__(self, names: list[str]) -> None:
        self._names = names

    def build(self, struct: type[_GroupsStruct]) -> _GroupsStruct:
        return struct(self._names, True)


class Allowed(NamedTuple):
    """What the broker says that we may do with a topic or a group."""

    #: as bits, by the numbers of the operations
    operations: int

    def lacks(self, wanted: Iterable[Operation]) -> list[Operation]:
        """Return what is wanted and not allowed; nothing, where the broker does not tell."""
        if self.operations == _UNTOLD:
            return []
        return [operation for operation in wanted if not self.operations >> operation & 1]


async def allowed_on_topics(broker: Broker, names: Iterable[str]) -> Mapping[str, Allowed]:
    """Ask what we may do with topics; those that are not there are left out."""
    async with client_of(broker) as client:
        answer = await client.send(client.get_random_node(), _Topics(sorted(names)))
    return _told((topic[0], topic[1], topic[4]) for topic in answer.topics)


async def allowed_on_groups(broker: Broker, names: Iterable[str]) -> Mapping[str, Allowed]:
    """Ask what we may do with consumer groups, each at the broker that coordinates it."""
    told = []
    async with client_of(broker) as client:
        for name in sorted(names):
            asked = FindCoordinatorRequest(name, _GROUP)
            found = await client.send(client.get_random_node(), asked)
            if found.error_code:
                told.append((found.error_code, name, 0))
                continue
            answer = await client.send(found.coordinator_id, _Groups([name]))
            told += [(group[0], group[1], group[6]) for group in answer.groups]
    return _told(told)


def _told(answers: Iterable[tuple[int, str, int]]) -> dict[str, Allowed]:
    """Turn answers (error code, name, operations) into what is allowed."""
    allowed: dict[str, Allowed] = {}
    for code, name, operations in answers:
        if code in _FORBIDDEN:
            allowed[name] = Allowed(0)
        elif code in _MISSING:
            continue
        elif code:
            raise for_code(code)(name)
        else:
            allowed[name] = Allowed(operations)
    return allowed
