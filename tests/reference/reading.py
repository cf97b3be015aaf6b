"""From lines, in order of reading, to the events that count."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypedDict

from .law import LAW, Law

Json = dict[str, Any]

SERVICES = ("fixed_telephony", "mobile_telephony", "fixed_internet", "mobile_internet")
KINDS = (
    "emergency_number_unreachable",
    "psap_unavailable",
    "psap_not_as_planned",
    "interconnection",
    "critical_component",
    "personal_data_breach",
    "digital_infrastructure",
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
RFC_3339 = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)")


class Options(TypedDict, total=False):
    """What can be set, by name, for `final` and `as_received`."""

    inventory: Sequence[Json]
    reading: str
    merge_gap_us: int
    correlate: str
    lateness_horizon_us: int
    until_us: int | None
    law: Law


@dataclass(frozen=True)
class Setup:
    """The same with the product's defaults."""

    inventory: Sequence[Json] = ()
    reading: str = "cautious"
    merge_gap_us: int = 3_600_000_000
    correlate: str = "group"
    lateness_horizon_us: int = 7 * 24 * 3_600_000_000
    until_us: int | None = None
    law: Law = field(default_factory=lambda: LAW)


@dataclass(frozen=True)
class Event:
    """One line that counts; a field not given is None."""

    alarm: tuple[str, str, str]
    action: str
    time_us: int
    sequence: int
    arrival: int
    element: str
    severity: str | None
    planned: bool | None
    impact: dict[tuple[str, str], int] | None
    effects: frozenset[tuple[str, str | None]] | None
    record: Json

    def order(self) -> tuple[int, int, int]:
        """Give the place in the alarm's life."""
        return (self.time_us, self.sequence, self.arrival)


def instant_us(text: str) -> int:
    """Read RFC 3339; digits beyond the microsecond are cut off."""
    match = RFC_3339.fullmatch(text)
    if match is None:
        raise ValueError(text)
    day, clock, fraction, offset = match.groups()
    whole = datetime.fromisoformat(f"{day}T{clock}{offset.replace('Z', '+00:00')}")
    return (whole - EPOCH) // MICROSECOND + int((fraction or "0").ljust(6, "0")[:6])


def instant_text(time_us: int) -> str:
    """Write RFC 3339 in UTC, with six digits of fraction only if there is one."""
    seconds, fraction_us = divmod(time_us, 1_000_000)
    text = (EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{fraction_us:06d}Z" if fraction_us else f"{text}Z"


def largest(entries: Sequence[Json]) -> dict[tuple[str, str], int]:
    """Give the end-users of each known service and area; of several entries the largest."""
    users: dict[tuple[str, str], int] = {}
    for entry in entries:
        if entry.get("service") in SERVICES:
            where = (entry["service"], entry["area"])
            users[where] = max(users.get(where, 0), entry["end_users"])
    return users


def given_effects(entries: Sequence[Json]) -> frozenset[tuple[str, str | None]]:
    """Give the effects of known kind; a breach has no target."""
    return frozenset(
        (entry["kind"], None if entry["kind"] == "personal_data_breach" else entry["target"])
        for entry in entries
        if entry.get("kind") in KINDS
    )


def entries_as_given(
    entries: Sequence[Json] | None, name: str, known: Sequence[str], fields: Sequence[str]
) -> list[object] | None:
    """Give a list for comparison: fields we do not know are ignored in entries we do know."""
    if entries is None:
        return None
    return [
        {key: entry.get(key) for key in fields} if entry.get(name) in known else entry
        for entry in entries
    ]


def fingerprint(line: Json) -> str:
    """Give a text that is equal for exact repeats and only for them."""
    plain = ("source", "alarm_id", "action", "element", "country", "incident", "severity")
    planned = line.get("planned")
    if line["action"] != "change":
        # On a change "absent" means unchanged, which is not the default false.
        planned = bool(planned)
    impact = entries_as_given(
        line.get("impact"), "service", SERVICES, ("service", "area", "end_users")
    )
    effects = entries_as_given(line.get("effects"), "kind", KINDS, ("kind", "target"))
    values = [line.get(name) for name in plain]
    values += [instant_us(line["event_time"]), line.get("sequence") or 0, planned, impact, effects]
    return json.dumps(values, sort_keys=True)


class Reader:
    """Takes lines one by one; knows the clock and keeps the events that count."""

    def __init__(self, setup: Setup) -> None:
        """Begin with nothing read."""
        self.setup = setup
        self.records = {record["element"]: record for record in setup.inventory}
        self.clock_us: int | None = None
        self.events: list[Event] = []
        self.seen: set[tuple[tuple[str, str, str], str]] = set()
        self.arrival = 0

    def key(self, line: Json) -> str | None:
        """Give the outage key of a line, if it has one."""
        record = self.records.get(line["element"], {})
        country = line.get("country") or record.get("country")
        if not country:
            return None
        incident = line.get("incident") if self.setup.correlate == "incident" else None
        return f"{country}/{incident or record.get('group') or line['element']}"

    def is_read(self, line: Json) -> bool:
        """Tell if the line is read at all: it has a key and is not after the end."""
        until_us = self.setup.until_us
        late = until_us is not None and instant_us(line["event_time"]) > until_us
        return not late and self.key(line) is not None

    def read(self, line: Json) -> None:
        """Take the next line."""
        self.arrival += 1
        key = self.key(line)
        if key is None or not self.is_read(line):
            return
        time_us = instant_us(line["event_time"])
        self.clock_us = time_us if self.clock_us is None else max(self.clock_us, time_us)
        if time_us < self.clock_us - self.setup.lateness_horizon_us:
            return
        alarm = (line["source"], line["alarm_id"], key)
        if (alarm, fingerprint(line)) not in self.seen:
            self.seen.add((alarm, fingerprint(line)))
            self.events.append(self.event(alarm, line))

    def event(self, alarm: tuple[str, str, str], line: Json) -> Event:
        """Give the event of a line."""
        impact, effects = line.get("impact"), line.get("effects")
        return Event(
            alarm=alarm,
            action=line["action"],
            time_us=instant_us(line["event_time"]),
            sequence=line.get("sequence") or 0,
            arrival=self.arrival,
            element=line["element"],
            severity=line.get("severity"),
            planned=line.get("planned"),
            impact=None if impact is None else largest(impact),
            effects=None if effects is None else given_effects(effects),
            record=self.records.get(line["element"], {}),
        )
