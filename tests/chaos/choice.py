"""What is run: all of it follows from a seed, but for what is said otherwise."""

from random import Random
from typing import Any, Final

from msgspec import Struct

from monitor.durations import duration_us

from .disturb import KINDS
from .scripts import HOUR_US
from .stream import Plan

_EVENTS_OF_AN_OUTAGE: Final = 14
#: Who works; each worker in a network of its own.
_ROLES: Final = (
    ("all", "all"),
    ("all", "all", "all"),
    ("all", "ingest", "decide"),
    ("ingest", "decide", "decide"),
    ("ingest", "ingest", "decide", "decide"),
)
_LONG: Final = "7d"
#: Shorter than the backlog: outages are folded for good, and forgotten, while it is worked off.
_SHORT: Final = "4h"


class Choice(Struct, frozen=True):
    """What is run."""

    seed: int
    disturbances: int = 60
    brokers: int = 1
    roles: tuple[str, ...] = ("all", "all")
    alarms_per_second: float = 500.0
    backlog_outages: int = 3000
    backlog: str = "20h"
    horizon: str = _LONG
    old_stamps: bool = False
    kinds: tuple[str, ...] = KINDS
    #: one kind after the other, instead of drawing
    in_turn: bool = False
    #: how long between two disturbances, at most
    pause_s: float = 12.0

    @property
    def command(self) -> str:
        """Return what runs the same again."""
        said = {
            "seed": self.seed,
            "disturbances": self.disturbances,
            "brokers": self.brokers,
            "roles": ",".join(self.roles),
            "rate": f"{self.alarms_per_second:g}",
            "backlog": self.backlog,
            "backlog-outages": self.backlog_outages,
            "horizon": self.horizon,
            "pause": f"{self.pause_s:g}",
        }
        command = " ".join(f"--{name} {value}" for name, value in said.items())
        if self.kinds != KINDS:
            command += f' --only "{",".join(self.kinds)}"'
        return f".venv/bin/python tests/chaos {command}{' --in-turn' * self.in_turn}"

    @property
    def stall(self) -> str:
        """Return how long nobody may confirm the input before the clock goes on without it.

        While a backlog is worked off that would leave out all that is older than the horizon.
        """
        return "30s" if self.horizon == _LONG else "30m"

    def plan(self, start_us: int) -> Plan:
        """Return the stream whose live part begins at a time."""
        return Plan(
            seed=self.seed,
            start_us=start_us,
            backlog_us=duration_us(self.backlog),
            backlog_outages=self.backlog_outages,
            outages_per_second=self.alarms_per_second / _EVENTS_OF_AN_OUTAGE,
            late_us=min(15 * HOUR_US, duration_us(self.horizon) // 4),
            old_stamps=self.old_stamps,
        )


def chosen(seed: int, **said: Any) -> Choice:
    """Return what a seed says, but for what is said otherwise."""
    rng = Random(f"choice/{seed}")
    drawn: dict[str, Any] = {
        "roles": rng.choice(_ROLES),
        "horizon": rng.choice((_LONG, _LONG, _SHORT)),
        "old_stamps": rng.random() < 0.5,
    }
    return Choice(seed, **{**drawn, **said})
