"""The status of one outage, as it is published on `outage.status.v1`; see docs/messages.md.

The message comes in two halves. The first says how the outage stands, and two equal halves mean
that nothing changed. The second says when that was, and what led there.
"""

from typing import Literal

from msgspec import Struct
from msgspec.json import encode

from monitor.core.domain import Domain
from monitor.core.event import Effect
from monitor.core.fold import Fold
from monitor.core.law import EffectRule
from monitor.core.notification import outage_id
from monitor.core.outage import Outage
from monitor.formats.words import SEVERITIES
from monitor.messages.areas import AreaStatus, largest_areas
from monitor.messages.rule_status import Counts, RuleStatus, rule_status, text_of

State = Literal["open", "ended", "withdrawn"]


class EffectStatus(Struct, frozen=True, gc=False):
    """An effect that a rule names, and whether an active alarm still carries it."""

    rule: str
    policy: str
    authority: str
    addressees: tuple[str, ...]
    kind: str
    target: str | None
    crossed_at: str
    active: bool


class Standing(Struct, frozen=True, kw_only=True):
    """How an outage stands."""

    outage_id: str
    outage_key: str
    country: str
    state: State
    superseded_by: str | None = None
    first_onset: str
    ended_at: str | None = None
    policy_in_force: bool = False
    reading: str
    planned: bool | None = None
    alarms: int = 0
    severity: str | None = None
    affected: dict[str, Counts] = {}
    next_crossing_at: str | None = None
    rules: list[RuleStatus] = []
    effects: list[EffectStatus] = []
    largest_areas: dict[str, list[AreaStatus]] = {}
    input_complete: bool = True

    def totals(self) -> tuple[int, int]:
        """Return the end-users of all services, cautious and literal."""
        counts = self.affected.values()
        return sum(c.cautious for c in counts), sum(c.literal for c in counts)


class SeriesColumns(Struct, frozen=True):
    """End-users of all services over time; between two points the counts stayed as they were."""

    since: str | None = None
    after_seconds: list[int] = []
    cautious: list[int] = []
    literal: list[int] = []


class _When(Struct, frozen=True):
    series: SeriesColumns
    as_of: str


def standing(domain: Domain, outage: Outage, named_us: int, *, input_complete: bool) -> Standing:
    """Describe an outage under the id that names an instant."""
    ended_us, live, ongoing = outage.end_us, domain.live, outage.end_us is None
    rules = [rule_status(domain, table, ongoing=ongoing) for table in outage.tables if table.count]
    next_us = min((at_us for _, at_us in rules if at_us is not None), default=None)
    planned, severity = _alarms(live) if ongoing else (None, None)
    return Standing(
        outage_id=outage_id(domain.outage_key, named_us),
        outage_key=domain.outage_key,
        country=domain.country,
        state="open" if ongoing else "ended",
        first_onset=text_of(outage.first_onset_us),
        ended_at=None if ended_us is None else text_of(ended_us),
        policy_in_force=bool(outage.law),
        reading=domain.options.reading,
        planned=planned,
        alarms=live.affecting if ongoing else 0,
        severity=severity,
        affected=_affected(live, outage, ongoing=ongoing),
        next_crossing_at=None if next_us is None else text_of(next_us),
        rules=[rule for rule, _ in rules],
        effects=_effects(live, outage, ongoing=ongoing),
        largest_areas=largest_areas(domain, outage) if ongoing else {},
        input_complete=input_complete or not ongoing,
    )


def withdrawn(domain: Domain, named_us: int, superseded_by_us: int | None) -> Standing:
    """Describe an outage that late data absorbed into another one, or undid altogether."""
    by = None if superseded_by_us is None else outage_id(domain.outage_key, superseded_by_us)
    return Standing(
        outage_id=outage_id(domain.outage_key, named_us),
        outage_key=domain.outage_key,
        country=domain.country,
        state="withdrawn",
        superseded_by=by,
        first_onset=text_of(named_us),
        reading=domain.options.reading,
    )


def joined(said: bytes, series: SeriesColumns, as_of_us: int) -> bytes:
    """Join the two halves of the message, the first one as it was written."""
    return said[:-1] + b"," + encode(_When(series, text_of(as_of_us)))[1:]


def _alarms(live: Fold) -> tuple[bool, str | None]:
    """Return whether all alarms that count are planned work, and the highest severity."""
    found = {(a.planned, a.severity) for a in live.alarms.values() if a.service_affecting}
    severities = (severity for _, severity in found if severity is not None)
    highest = min(severities, key=SEVERITIES.index, default=None)
    return all(planned for planned, _ in found), highest


def _affected(live: Fold, outage: Outage, *, ongoing: bool) -> dict[str, Counts]:
    """Return the counts of each service that a rule names; the latest episode counts."""
    affected = {}
    for service, tables in outage.by_service.items():
        if cautious := max(table.ever_sums.get(service, 0) for table in tables):
            affected[service] = Counts(cautious, live.hit.get(service, 0) if ongoing else 0)
    return affected


def _effects(live: Fold, outage: Outage, *, ongoing: bool) -> list[EffectStatus]:
    crossings = [c for c in outage.crossings.values() if isinstance(c.rule, EffectRule)]
    if not crossings:
        return []
    carried = _carried(live) if ongoing else set()
    return [
        EffectStatus(
            c.rule.rule, c.rule.policy, c.rule.authority, c.rule.addressees, kind, target or None,
            text_of(c.crossed_at_us), (kind, target) in carried,
        )
        for c in crossings
        if not isinstance(c.cell, int)
        for kind, target in [c.cell]
    ]  # fmt: skip


def _carried(live: Fold) -> set[Effect]:
    return {effect for a in live.alarms.values() if a.effects for effect in a.effects}
