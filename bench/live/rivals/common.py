"""What the programs share: how they are told what to do, what an alarm is, and how they report."""

import json
import os
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

BROKER: Final = os.environ["BENCH_BROKER"]
APP: Final = os.environ["BENCH_APP"]
ALARMS: Final = os.environ["BENCH_ALARMS"]
#: So many alarms are taken; then the work is done.
COUNT: Final = int(os.environ["BENCH_COUNT"])
#: An outage is told of when it has so many alarms.
THRESHOLD: Final = 20
PARTITIONS: Final = 8


class Impact(BaseModel):
    """End-users of a service in an area."""

    model_config = ConfigDict(strict=True)

    service: Literal["fixed_telephony", "mobile_telephony", "fixed_internet", "mobile_internet"]
    area: str = Field(min_length=1)
    end_users: int = Field(ge=0, le=10**9)


class Alarm(BaseModel):
    """The fields that the product reads."""

    model_config = ConfigDict(strict=True)

    source: str = Field(min_length=1)
    alarm_id: str = Field(min_length=1)
    action: Literal["raise", "change", "clear"]
    event_time: str
    element: str = Field(min_length=1)
    sequence: int | None = None
    country: str | None = None
    incident: str | None = None
    severity: str | None = None
    probable_cause: str | None = None
    planned: bool | None = None
    impact: list[Impact] | None = None
    effects: list[dict[str, str]] | None = None

    @property
    def outage_key(self) -> str:
        """The outage it belongs to; the product asks the inventory."""
        return f"{self.country}/{self.element.split('-')[1]}"


class Count:
    """Counts alarms, and says when the first was read and the last was done with."""

    def __init__(self) -> None:
        """Start with none."""
        self.alarms = 0
        self._began = False

    def begin(self) -> None:
        """Note that an alarm was read."""
        if not self._began:
            self._began = True
            say("began")

    def add(self, more: int = 1) -> None:
        """Count alarms that are done with."""
        before, self.alarms = self.alarms, self.alarms + more
        if before < COUNT <= self.alarms:
            say("done")


def say(event: str) -> None:
    """Write a line to whoever measures; Faust makes log lines of what goes to `sys.stdout`."""
    os.write(1, json.dumps({"event": event}).encode() + b"\n")
