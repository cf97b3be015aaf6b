"""From parts to outages, episodes and crossings, straight from the definitions.

Points of time are doubled: 2t is the instant t, 2t + 1 is "just after t, before anything else
happens". So an infimum that is not attained is a point of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .law import Law, Rule
from .life import FOREVER_US, Part
from .reading import Json, Setup, instant_text


@dataclass(frozen=True)
class Outage:
    """One outage: a maximal chain of service-affecting parts of one key."""

    key: str
    parts: list[Part]

    @property
    def first_onset_us(self) -> int:
        """Give the earliest start."""
        return min(part.a_us for part in self.parts)

    @property
    def end_us(self) -> int:
        """Give the latest end."""
        return max(part.b_us for part in self.parts)


@dataclass(frozen=True)
class Crossing:
    """One cell that one outage has crossed, at a doubled point of time."""

    outage: Outage
    rule: Rule
    cell: Json
    place: tuple[Any, ...]
    point: int
    affected: dict[str, dict[str, int]]
    literal_met: bool

    @property
    def time_us(self) -> int:
        """Give T."""
        return self.point // 2

    def planned(self) -> bool:
        """Tell if every alarm active in the outage at T was planned."""
        return all(
            part.planned for part in self.outage.parts if part.a_us <= self.time_us <= part.b_us
        )

    def fields(self, outage_id: str) -> Json:
        """Give the fields of the notification that follow from the counting."""
        return {
            "outage_id": outage_id,
            "outage_key": self.outage.key,
            "country": self.outage.key.partition("/")[0],
            "first_onset": instant_text(self.outage.first_onset_us),
            "rule": self.rule["id"],
            "cell": self.cell,
            "crossed_at": instant_text(self.time_us),
            "affected": self.affected,
            "literal_met": self.literal_met,
            "planned": self.planned(),
        }


def chains(parts: Iterable[Part], gap_us: int) -> list[list[Part]]:
    """Give the maximal chains of parts in which no gap is longer than this."""
    found: list[list[Part]] = []
    for part in sorted(parts, key=lambda part: (part.a_us, part.b_us)):
        if found and part.a_us - max(before.b_us for before in found[-1]) <= gap_us:
            found[-1].append(part)
        else:
            found.append([part])
    return found


def outages(parts: Iterable[Part], merge_gap_us: int) -> list[Outage]:
    """Give all outages of all keys."""
    affecting = [part for part in parts if part.service_affecting()]
    return [
        Outage(key, chain)
        for key in sorted({part.key for part in affecting})
        for chain in chains((part for part in affecting if part.key == key), merge_gap_us)
    ]


def holds(part: Part, point: int) -> bool:
    """Tell if a <= t <= b."""
    return 2 * part.a_us <= point <= 2 * part.b_us


def counts(episode: list[Part], rule: Rule, point: int, reading: str) -> dict[str, int]:
    """Give the count of each service of the rule: C is the sum, or L."""
    users: dict[tuple[str, str], int] = {}
    for part in episode:
        # What a part that began before now holds, it held when it began: so it counts for ever.
        if holds(part, point) or (reading == "cautious" and 2 * part.a_us <= point):
            for where, end_users in part.users.items():
                users[where] = max(users.get(where, 0), end_users)
    return {
        service: sum(n for (of_service, _), n in users.items() if of_service == service)
        for service in rule["services"]
    }


def duration(episode: list[Part], point: int, reading: str) -> int:
    """Give the doubled duration D, or d, at a point that is ongoing."""
    if reading == "cautious":
        return point - 2 * min(part.a_us for part in episode)
    stretch = next(s for s in chains(episode, 0) if any(holds(part, point) for part in s))
    return point - 2 * min(part.a_us for part in stretch)


def beyond(value: int, comparator: str, limit: int) -> bool:
    """Compare as the rule does."""
    return {">=": value >= limit, ">": value > limit}[comparator]


def satisfied(episode: list[Part], rule: Rule, cell: Json, point: int, reading: str) -> bool:
    """Tell if the rule is ongoing at this point with the duration and the count of the cell."""
    if not any(holds(part, point) for part in episode):
        return False
    if cell["duration_us"] is not None:
        doubled = duration(episode, point, reading)
        if not beyond(doubled, rule["duration_comparator"], 2 * cell["duration_us"]):
            return False
    total = sum(counts(episode, rule, point, reading).values())
    return beyond(total, rule["count_comparator"], cell["end_users"])


def candidates(episode: list[Part], cell: Json) -> list[int]:
    """Give every point at which the cell can begin to be satisfied, doubled, in order."""
    ends_us = {part.b_us for part in episode if part.b_us < FOREVER_US}
    starts_us = {part.a_us for part in episode}
    deadlines_us = {start_us + (cell["duration_us"] or 0) for start_us in starts_us}
    times_us = starts_us | ends_us | deadlines_us
    return sorted(point for time_us in times_us for point in (2 * time_us, 2 * time_us + 1))


def first_point(
    episodes: list[list[Part]], rule: Rule, cell: Json, reading: str
) -> tuple[int, list[Part]] | None:
    """Give the infimum at which the cell is crossed, and the episode it lies in."""
    found = [
        (point, episode) for episode in episodes for point in first(episode, rule, cell, reading)
    ]
    return min(found, key=lambda pair: pair[0], default=None)


def first(episode: list[Part], rule: Rule, cell: Json, reading: str) -> list[int]:
    """Give the first satisfied point of an episode, if there is one."""
    points = candidates(episode, cell)
    return next(([p] for p in points if satisfied(episode, rule, cell, p, reading)), [])


def table_crossings(outage: Outage, rule: Rule, setup: Setup, limit: int) -> list[Crossing]:
    """Give the cells of a table rule that this outage has crossed up to a doubled point."""
    relevant = [
        part
        for part in outage.parts
        if any(n for (service, _), n in part.users.items() if service in rule["services"])
    ]
    episodes = chains(relevant, setup.merge_gap_us)
    found = []
    for place, cell in enumerate(rule["cells"]):
        crossed = first_point(episodes, rule, cell, setup.reading)
        if crossed is None or crossed[0] > limit:
            continue
        point, episode = crossed
        literal = first_point(episodes, rule, cell, "literal")
        literal_met = literal is not None and literal[0] // 2 <= point // 2 and literal[0] <= limit
        shown = {name: cell[name] for name in ("duration", "end_users")}
        affected = affected_at(episode, rule, point)
        found.append(Crossing(outage, rule, shown, (place,), point, affected, literal_met))
    return found


def affected_at(episode: list[Part], rule: Rule, point: int) -> dict[str, dict[str, int]]:
    """Give both readings of each service of the rule."""
    cautious = counts(episode, rule, point, "cautious")
    literal = counts(episode, rule, point, "literal")
    return {s: {"cautious": cautious[s], "literal": literal[s]} for s in rule["services"]}


def effect_crossings(outage: Outage, rule: Rule, limit: int) -> list[Crossing]:
    """Give the effects of the rule's kinds that this outage has carried up to a point."""
    starts: dict[tuple[str, str | None], int] = {}
    for part in outage.parts:
        for kind, target in part.effects:
            if kind in rule["kinds"] and 2 * part.a_us <= limit:
                earlier = starts.get((kind, target), FOREVER_US)
                starts[kind, target] = min(earlier, part.a_us)
    return [
        Crossing(
            outage,
            rule,
            {"effect": kind, "target": target},
            (kind, target or ""),
            2 * start_us,
            {},
            literal_met=True,
        )
        for (kind, target), start_us in starts.items()
    ]


def in_force(rule: Rule, time_us: int) -> bool:
    """Tell if the rule applies to an outage with this first onset."""
    from_us, to_us = rule["valid_from_us"], rule["valid_to_us"]
    return (from_us is None or from_us <= time_us) and (to_us is None or time_us < to_us)


def crossings(outage: Outage, setup: Setup, limit: int) -> list[Crossing]:
    """Give all crossings of one outage that are known at a doubled point of time."""
    law: Law = setup.law
    found: list[Crossing] = []
    for rule in law.get(outage.key.partition("/")[0], []):
        if not in_force(rule, outage.first_onset_us):
            continue
        if "services" in rule:
            found += table_crossings(outage, rule, setup, limit)
        else:
            found += effect_crossings(outage, rule, limit)
    return found
