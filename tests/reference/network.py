"""A small random network, and lines about it with counts and times at the edges."""

import random
from typing import Any

from .law import HOUR_US, RTR_TABLE
from .reading import instant_text

Json = dict[str, Any]
Alarm = tuple[str, str, str]
"""Source, alarm_id and the element it is mostly on."""

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
DAY_US = 24 * HOUR_US
START_US = 1_773_475_200 * SECOND_US  # 2026-03-14T08:00:00Z

THRESHOLDS = (25_000, 10_000, 20_000, 30_000, 50_000, 100_000, 500_000)
RULE_HOURS = (1, 1, 2, 4, 6, 8, 16)
SERVICES = tuple(RTR_TABLE)
AREAS = ("k-1", "k-2", "k-3")
SEVERITIES = ("critical", "major", "minor", "warning", "indeterminate", "cleared", None)
EFFECTS = (
    {"kind": "emergency_number_unreachable", "target": "112"},
    {"kind": "emergency_number_unreachable", "target": "144"},
    {"kind": "psap_unavailable", "target": "psap-1"},
    {"kind": "psap_not_as_planned", "target": "psap-1"},
    {"kind": "interconnection", "target": "ix-1"},
    {"kind": "critical_component", "target": "core-1"},
    {"kind": "personal_data_breach"},
    {"kind": "personal_data_breach", "target": "ignored"},
    {"kind": "digital_infrastructure", "target": "dns"},
    {"kind": "flooded_cellar", "target": 7},
)


class Network:
    """Draws lines about a few elements; what is not given is drawn."""

    def __init__(self, rng: random.Random, merge_gap_us: int, lateness_horizon_us: int) -> None:
        """Draw a small network."""
        self.rng = rng
        self.merge_gap_us = merge_gap_us
        self.lateness_horizon_us = lateness_horizon_us
        self.lines: list[Json] = []
        self.times_us = [START_US]
        self.rest: int | None = None
        self.countries = rng.choice((["BE"], ["AT"], ["BE", "AT"]))
        self.services = rng.sample(SERVICES, rng.choice((1, 1, 2, 4)))
        self.groups = [f"g-{n}" for n in range(1, rng.randint(1, 3) + 1)]
        self.elements = [f"el-{n}" for n in range(1, rng.randint(1, 4) + 1)]
        self.inventory: list[Json] = []
        for element in self.elements:
            if rng.random() < 0.85:
                self.inventory.append(self.record(element))
        if rng.random() < 0.1:
            self.inventory.append(self.record(rng.choice(self.elements)))
        alarm_ids = [str(n) for n in range(1, rng.randint(1, 4) + 1)]
        self.alarms = [
            (rng.choice(("oss-1", "oss-1", "oss-2")), alarm_id, rng.choice(self.elements))
            for alarm_id in alarm_ids
        ]

    def record(self, element: str) -> Json:
        """Draw an inventory record."""
        rng = self.rng
        record: Json = {"element": element, "country": rng.choice(self.countries)}
        if rng.random() < 0.8:
            record["group"] = rng.choice(self.groups)
        if rng.random() < 0.6:
            record["serves"] = self.impact()
        if rng.random() < 0.4:
            record["critical_component"] = rng.choice((True, "core-1", False, None))
            record["interconnection"] = rng.choice(("ix-1", None))
            record["emergency_numbers"] = rng.choice(([], ["112"], ["112", "144"]))
            record["psap"] = rng.choice(("psap-1", None))
        return record

    def group(self, element: str) -> str:
        """Give what the element's alarms are mostly counted under."""
        records = {record["element"]: record for record in self.inventory}
        record = records.get(element, {"country": self.countries[0]})
        return f"{record['country']}/{record.get('group') or element}"

    def end_users(self) -> int:
        """Draw a count at an edge, at times only half of it; the rest comes later."""
        rng = self.rng
        if rng.random() < 0.1:
            return rng.choice((0, 0, 1, 100))
        if self.rest is not None and rng.random() < 0.5:
            rest, self.rest = self.rest, None
            return rest
        edge = rng.choice(THRESHOLDS) + rng.choice((-1, 0, 0, 1, 1, 1))
        if rng.random() < 0.35:
            first = rng.choice((edge // 2, edge - 1, 1, edge // 3))
            self.rest = edge - first
            return first
        return edge

    def impact(self) -> list[Json]:
        """Draw who is affected."""
        rng = self.rng
        return [
            {
                "service": rng.choice(self.services),
                "area": rng.choice(AREAS),
                "end_users": self.end_users(),
            }
            for _ in range(rng.choice((0, 1, 1, 1, 1, 2, 2, 3)))
        ]

    def edge_entry(self) -> Json:
        """Draw an entry at a threshold."""
        edge = self.rng.choice(THRESHOLDS) + self.rng.choice((-1, 0, 1, 1))
        return {"service": self.services[0], "area": self.rng.choice(AREAS), "end_users": edge}

    def gap_us(self) -> int:
        """Draw a distance between two times."""
        rng = self.rng
        nudge_us = rng.choice((0, 0, 0, -SECOND_US, SECOND_US, SECOND_US, -1, 1))
        draw = rng.random()
        if draw < 0.15:
            return rng.choice((0, 0, 1, SECOND_US))
        if draw < 0.35:
            return rng.choice((10, 50, 5)) * MINUTE_US
        if draw < 0.55:
            return self.merge_gap_us + nudge_us
        if draw < (0.57 if self.lateness_horizon_us > 2 * DAY_US else 0.67):
            return self.lateness_horizon_us + nudge_us
        return rng.choice(RULE_HOURS) * HOUR_US + nudge_us

    def start_us(self) -> int:
        """Draw the start of a story, at an edge from any time before."""
        back = self.rng.random() < 0.1
        time_us = self.rng.choice(self.times_us) + (-self.gap_us() if back else self.gap_us())
        return self.rng.choice((time_us, time_us, self.times_us[-1]))

    def say(self, alarm: Alarm, action: str, time_us: int, **more: object) -> None:
        """Add a line; what the story leaves open is drawn."""
        rng = self.rng
        source, alarm_id, element = alarm
        if rng.random() < 0.08:
            element = rng.choice(self.elements)
        line: Json = {
            "source": source, "alarm_id": alarm_id, "action": action,
            "event_time": instant_text(time_us), "element": element,
        }  # fmt: skip
        known = {record["element"] for record in self.inventory}
        if element not in known:
            line["country"] = self.countries[0]
        if rng.random() < 0.03:
            line["country"] = rng.choice(self.countries)
        if rng.random() < 0.06:
            line["incident"] = rng.choice(("inc-1", "inc-2"))
        if rng.random() < 0.1:
            line["sequence"] = rng.choice((0, 1, 2, -1))
        if action != "clear" or rng.random() < 0.1:
            line |= self.content(action)
        self.times_us.append(time_us)
        self.lines.append(line | more)

    def content(self, action: str) -> Json:
        """Draw the content of a raise or a change."""
        rng = self.rng
        content: Json = {}
        if rng.random() < 0.5:
            content["severity"] = rng.choice(SEVERITIES)
        if rng.random() < 0.2:
            content["planned"] = rng.random() < 0.7
        if rng.random() < (0.8 if action == "raise" else 0.6):
            content["impact"] = self.impact()
        if rng.random() < 0.08:
            content["impact"] = [*self.impact(), {"service": "iptv", "end_users": "many"}]
        if rng.random() < 0.12:
            content["effects"] = [rng.choice(EFFECTS) for _ in range(rng.randint(0, 2))]
        return content
