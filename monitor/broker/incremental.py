"""The request that changes single settings of a topic.

aiokafka has only the older one (AlterConfigs), which resets every setting that it does not name.
"""

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Final, NamedTuple

from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Boolean, Int8, Int16, Int32, Schema, String

_KEY: Final = 44
_TEXT: Final = String("utf-8")
_SET: Final = 0


class Resource(NamedTuple):
    """Settings of one topic or broker."""

    type: IntEnum
    name: str
    config: Mapping[str, str]


class _Response(Response):  # type: ignore[misc]  # aiokafka ships no types
    API_KEY = _KEY
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "responses",
            Array(
                ("error_code", Int16),
                ("error_message", _TEXT),
                ("resource_type", Int8),
                ("resource_name", _TEXT),
            ),
        ),
    )


class _Struct(RequestStruct):  # type: ignore[misc]  # aiokafka ships no types
    API_KEY = _KEY
    API_VERSION = 0
    RESPONSE_TYPE = _Response
    SCHEMA = Schema(
        (
            "resources",
            Array(
                ("resource_type", Int8),
                ("resource_name", _TEXT),
                (
                    "configs",
                    Array(("name", _TEXT), ("config_operation", Int8), ("value", _TEXT)),
                ),
            ),
        ),
        ("validate_only", Boolean),
    )


class IncrementalAlterConfigsRequest(Request[_Struct]):  # type: ignore[misc]  # aiokafka ships no types
    """Set these settings of these resources, and leave all others as they are."""

    API_KEY = _KEY

    def __init__(self, resources: Sequence[Resource]) -> None:
        """Take the settings of each resource."""
        self._resources = [
            (int(type_), name, [(key, _SET, value) for key, value in config.items()])
            for type_, name, config in resources
        ]

    def build(self, struct: type[_Struct]) -> _Struct:
        """Return the request as it is sent."""
        return struct(self._resources, False)
