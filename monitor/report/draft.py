"""Everything a report says about one outage for one authority, before it is put into words.

Each number knows the alarms that it comes from.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.core.duty import Step
from monitor.core.duty_state import Obligation
from monitor.core.event import AlarmId, Effect
from monitor.core.law import Law, TableRule
from monitor.core.notification import Notification
from monitor.core.outage import Crossing, CrossingKey, Outage
from monitor.core.publish import cell_of, place_in_pack
from monitor.explain.parts import Part, at_that_moment, parts_of, so_far, within
from monitor.explain.timeline import Timeline, timeline
from monitor.packs.model import Pack
from monitor.report.counts import (
    ALARMS_NAMED,
    AreaCount,
    Counted,
    ServiceCount,
    areas_of,
    causes_of,
    counted,
    effects_of,
    only,
    services_of,
)
from monitor.report.course import Course
from monitor.report.find import Found


@dataclass(frozen=True)
class Held:
    """A crossing that holds, with its number in the report and the counts at that moment."""

    number: int
    said: Notification
    key: CrossingKey
    cautious: Counted
    literal: Counted


@dataclass(frozen=True)
class Duty:
    """An obligation, and its step as the packs have it."""

    obligation: Obligation
    step: Step | None


@dataclass(frozen=True)
class Draft:
    """What is known about an outage, for one authority."""

    found: Found
    authority: str
    packs: Sequence[Pack]
    clock_us: int
    policy_set: str
    crossings: Sequence[Held]
    #: other authorities for which something was crossed
    others: Sequence[str]
    duties: Sequence[Duty]
    services: Sequence[ServiceCount]
    areas: Sequence[AreaCount]
    line: Timeline
    #: alarm ids, in order
    alarms: Sequence[AlarmId]
    elements: Sequence[str]
    #: probable causes, each with how many alarms gave it
    causes: Sequence[tuple[str, int]]
    planned: bool
    #: alarms that carry each effect
    effects: Mapping[Effect, Counted]
    law: Law

    @property
    def outage(self) -> Outage:
        """The outage as the core knows it."""
        return self.found.outage

    @property
    def outage_key(self) -> str:
        """The key of the outage."""
        return self.found.domain.outage_key

    @property
    def duration_us(self) -> int:
        """How long it lasted, or has lasted so far."""
        outage = self.outage
        return (self.clock_us if outage.end_us is None else outage.end_us) - outage.first_onset_us

    @property
    def total(self) -> Counted:
        """All services added up."""
        parts = [service.so_far for service in self.services]
        return Counted(
            sum(p.value for p in parts),
            tuple(dict.fromkeys(a for p in parts for a in p.alarms))[:ALARMS_NAMED],
            sum(p.alarm_count for p in parts),
        )

    @property
    def effective(self) -> Sequence[TableRule]:
        """The table rules of the authority that were in force."""
        return [rule for rule in self.outage.law.tables if rule.authority == self.authority]


def drafted(
    course: Course,
    found: Found,
    authority: str,
    packs: Sequence[Pack],
    causes: Mapping[AlarmId, str],
) -> Draft:
    """Gather what a report says."""
    domain, outage, clock = found.domain, found.outage, course.book.clock
    clock_us = clock >> 1
    parts = within(parts_of(domain, clock), outage.first_onset_us, outage.end_us)
    alarms = sorted({part.alarm for part in parts})
    line = timeline(domain, outage, clock)
    crossings = _held(course, found, line, parts)
    line.series = [s for s in line.series if s.rule.authority == authority]
    return Draft(
        found=found,
        authority=authority,
        packs=packs,
        clock_us=clock_us,
        policy_set=domain.policy_set,
        crossings=[held for held in _numbered(crossings) if held.said.rule.authority == authority],
        others=sorted({s.rule.authority for s, *_ in crossings} - {authority}),
        duties=_duties(course, found, authority),
        services=services_of(parts, line, outage, clock_us),
        areas=areas_of(parts, outage, clock_us),
        line=line,
        alarms=alarms,
        elements=sorted({o.event.element for o in course.origins if o.event.alarm in set(alarms)}),
        causes=causes_of(alarms, causes),
        planned=any(part.state.planned for part in parts),
        effects=effects_of(parts),
        law=course.book.law,
    )


# -- crossings


_Crossed = tuple[Notification, CrossingKey, Counted, Counted]


def _held(course: Course, found: Found, line: Timeline, parts: Sequence[Part]) -> list[_Crossed]:
    """Return the crossings that hold, as they were last published, in their order."""
    latest: dict[str, Notification] = {}
    for said in course.said:
        if said.outage_id == found.outage_id:
            latest[said.crossing_id] = said
    by_cell = {(c.rule.rule, cell_of(c)): c for c in found.outage.crossings.values()}
    held = [
        (said, crossing.key, *_behind(line, crossing, parts))
        for said in latest.values()
        if said.type != "withdrawn"
        and (crossing := by_cell.get((said.rule.rule, said.cell))) is not None
    ]
    return sorted(
        held,
        key=lambda h: (h[0].crossed_at_us, h[0].rule.rule, place_in_pack(h[0].rule, h[0].cell)),
    )


def _behind(line: Timeline, crossing: Crossing, parts: Sequence[Part]) -> tuple[Counted, Counted]:
    """Return what both readings counted when a cell was crossed, with the alarms."""
    rule, moment = crossing.rule, crossing.moment
    if not isinstance(rule, TableRule):
        assert not isinstance(crossing.cell, int)  # noqa: S101 - only tables number their cells
        carried = [p for p in parts if crossing.cell in p.state.effects and p.holds_at(moment)]
        names = tuple(dict.fromkeys("/".join(p.alarm) for p in carried))
        same = Counted(0, names[:ALARMS_NAMED], len(names))
        return same, same
    since_us = _onset_us(rule, line, crossing.crossed_at_us)
    ever = only(so_far(parts, since_us, moment), rule.services)
    now = only(at_that_moment(parts, moment), rule.services)
    return counted(ever), counted(now)


def _onset_us(rule: TableRule, line: Timeline, crossed_at_us: int) -> int:
    """Return when the episode of a rule began in which a cell was crossed."""
    onsets = [e.onset_us for s in line.series if s.rule is rule for e in s.episodes]
    return max(onset_us for onset_us in onsets if onset_us <= crossed_at_us)


def _numbered(crossings: Iterable[_Crossed]) -> list[Held]:
    """Give the crossings of each authority their numbers, from 1."""
    numbers: Counter[str] = Counter()
    found = []
    for said, key, cautious, literal in crossings:
        numbers[said.rule.authority] += 1
        found.append(Held(numbers[said.rule.authority], said, key, cautious, literal))
    return found


def _duties(course: Course, found: Found, authority: str) -> list[Duty]:
    steps = course.book.law.steps
    order = {step.step: i for i, step in enumerate(steps.all)}
    mine = [o for o in course.duties if o.outage_id == found.outage_id and o.authority == authority]
    return [
        Duty(o, steps.named(o.step, o.first_onset_us))
        for o in sorted(mine, key=lambda o: (order.get(o.step, len(order)), o.addressees))
    ]
