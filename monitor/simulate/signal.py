"""What one alarm of the simulation says, and when."""

from collections.abc import Mapping
from random import Random
from typing import Any

from msgspec import Struct

from monitor.simulate.network import Network, Node

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US

#: fields of the native form that an event carries beside its identity
Fields = Mapping[str, Any]
_NOTHING: Fields = {}


class Signal(Struct, frozen=True, gc=False):
    """One event of an alarm; times are relative to the start of the stream."""

    time_us: int
    action: str
    fields: Fields = _NOTHING
    #: sent so much later than the others, for example because it is a repeat
    held_back_us: int = 0


class Alarm(Struct, frozen=True, gc=False):
    """One alarm over its life: its element and its events, in order of time."""

    node: Node
    signals: tuple[Signal, ...]


class Scene(Struct, frozen=True):
    """What a scenario is played on: the network, chance, and how long and how much."""

    network: Network
    rng: Random
    duration_us: int
    alarms: int


def between(rng: Random, low_us: int, high_us: int) -> int:
    """Return a time between two others, in whole milliseconds as management systems write them."""
    return low_us + int(rng.random() * (high_us - low_us)) // 1000 * 1000


def early(rng: Random, low_us: int, high_us: int) -> int:
    """Return a time between two others, more often near the first: how a burst of alarms falls."""
    return low_us + int(rng.random() ** 2 * (high_us - low_us)) // 1000 * 1000
