"""From what holds to what is published: the difference, as revisions.

Compared is what holds now with the last revision of each crossing. A crossing that is new, or holds
again, is `required`; one that holds at another instant is `corrected`; one that no longer holds is
`withdrawn`. Nothing else is ever sent, so the last revision of each crossing is what holds.
"""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from monitor.core.domain import Domain
from monitor.core.event import Effect
from monitor.core.law import AnyRule, Cell, TableRule
from monitor.core.moment import time_of
from monitor.core.naming import name_outages
from monitor.core.notification import Kind, Notification, crossing_id, outage_id
from monitor.core.outage import Crossing, CrossingKey, Outage

#: (rule id, cell): what a published crossing is known by within its outage.
Known = tuple[str, Cell | Effect]
Order = tuple[bool, int, str, str, tuple[int, int, Effect]]


class Draft(NamedTuple):
    """A difference between what holds and what was published, not yet numbered."""

    known: Known
    named_us: int
    #: what holds now; None: it does not hold any more
    outage: Outage | None
    crossing: Crossing | None
    last: Notification | None
    superseded_by: str | None = None


def cell_of(crossing: Crossing) -> Cell | Effect:
    """Return the cell of a crossing as it is published."""
    if isinstance(crossing.rule, TableRule) and isinstance(crossing.cell, int):
        return crossing.rule.cells[crossing.cell]
    assert not isinstance(crossing.cell, int)  # noqa: S101 - only tables number their cells
    return crossing.cell


def place_in_pack(rule: AnyRule, cell: Cell | Effect) -> tuple[int, int, Effect]:
    """Order the crossings of one rule at one instant: by place in the pack, or kind and target."""
    if isinstance(rule, TableRule) and isinstance(cell, Cell):
        return (0, rule.cells.index(cell), ("", ""))
    assert not isinstance(cell, Cell)  # noqa: S101 - only tables have cells
    return (1, 0, cell)


def told(rule: AnyRule) -> tuple[str, frozenset[str]]:
    """Return who is told: the first crossing for them is initial, later ones are updates."""
    return (rule.authority, frozenset(rule.addressees))


class Publisher:
    """The published crossings of one outage key, by the instant named in the outage's id."""

    def __init__(self, domain: Domain) -> None:
        """Start with nothing published."""
        self.domain = domain
        self.published: dict[int, dict[Known, Notification]] = {}
        #: ids given up, each with the outage that absorbed it, for whoever tells how outages stand
        self.given_up: dict[int, Outage | None] = {}

    def drafts(self) -> Iterator[Draft]:
        """Yield what differs from what was published, and forget that anything changed."""
        domain = self.domain
        domain.live.seal()
        given_up = name_outages(domain)
        self.given_up |= given_up
        for named_us, absorber in given_up.items():
            yield from self._withdrawn(named_us, absorber)
        if domain.shaken_from_us is None:
            for outage, key in domain.live.found:
                yield from self._changed(outage, key)
        else:
            for outage in domain.since_shaken():
                yield from self._changes(outage)
        domain.live.found.clear()
        domain.shaken, domain.shaken_from_us = {}, None

    def _withdrawn(self, named_us: int, absorber: Outage | None) -> Iterator[Draft]:
        by = None
        if absorber is not None and absorber.named_us is not None:
            by = outage_id(self.domain.outage_key, absorber.named_us)
        for known, last in self.published.get(named_us, {}).items():
            if last.type != "withdrawn":
                yield Draft(known, named_us, None, None, last, by)

    def _changed(self, outage: Outage, key: CrossingKey) -> Iterator[Draft]:
        crossing = outage.crossings.get(key)
        if crossing is None or outage.named_us is None:
            return
        known = (crossing.rule.rule, cell_of(crossing))
        last = self.published.get(outage.named_us, {}).get(known)
        stands = last is not None and last.type != "withdrawn"
        if not stands or last is None or last.crossed_at_us != crossing.crossed_at_us:
            yield Draft(known, outage.named_us, outage, crossing, last)

    def _changes(self, outage: Outage) -> Iterator[Draft]:
        holds = {(c.rule.rule, cell_of(c)) for c in outage.crossings.values()}
        for key in outage.crossings:
            yield from self._changed(outage, key)
        for known, last in self.published.get(outage.named_us or 0, {}).items():
            if known not in holds and last.type != "withdrawn":
                yield Draft(known, outage.named_us or 0, None, None, last)

    def settle(self, edge_us: int) -> tuple[list[Outage], list[int]]:
        """Forget outages that nothing can change any more; return them, and ids not needed more."""
        closed = self.domain.settle(edge_us)
        first_us = min([edge_us, *(o.first_onset_us for o in self.domain.live.outages)])
        live = {outage.named_us for outage in self.domain.live.outages}
        forgotten = [n for n in self.published if n < first_us and n not in live]
        for named_us in forgotten:
            del self.published[named_us]
        return closed, forgotten

    @property
    def names(self) -> dict[int, int]:
        """The instants in the ids of the outages, each with the first onset now known."""
        outages = self.domain.live.outages
        return {o.named_us: o.first_onset_us for o in outages if o.named_us is not None}

    def restored(self, names: dict[int, int], *, quiet: bool) -> None:
        """Give the outages of a domain that was folded anew the ids they had.

        `quiet`: all that holds is known to be published; otherwise the next drafts compare.
        """
        domain = self.domain
        domain.shaken = dict(names)
        if not quiet:
            return
        domain.live.seal()
        name_outages(domain)
        domain.live.found.clear()
        domain.lawless.clear()
        domain.shaken, domain.shaken_from_us = {}, None

    def place(self, draft: Draft) -> Order:
        """Return where a draft stands among all of one step: withdrawals first, then by time."""
        if draft.crossing is not None:
            rule, at_us = draft.crossing.rule, draft.crossing.crossed_at_us
        else:
            assert draft.last is not None  # noqa: S101 - only what was published is withdrawn
            rule, at_us = draft.last.rule, draft.last.crossed_at_us
        named = outage_id(self.domain.outage_key, draft.named_us)
        place = place_in_pack(rule, draft.known[1])
        return (draft.crossing is not None, at_us, named, rule.rule, place)

    def record(
        self, draft: Draft, detected_at_us: int, *, input_complete: bool = True
    ) -> Notification:
        """Turn a draft into the next revision of its crossing."""
        last, revision = draft.last, draft.last.revision + 1 if draft.last else 0
        published = self.published.setdefault(draft.named_us, {})
        if draft.outage and draft.crossing:
            stands = last is not None and last.type != "withdrawn"
            notification = self.describe(
                draft.outage,
                draft.crossing,
                revision=revision,
                kind="corrected" if stands else "required",
                initial=self._initial(draft.named_us, draft.crossing),
                detected_at_us=detected_at_us,
            )
            if stands and last is not None:
                # They count what calls for them, so a correction must not change which they are.
                notification = replace(notification, obligations=last.obligations)
            if not input_complete:
                notification = replace(notification, input_complete=False)
        else:
            assert last is not None  # noqa: S101 - only what was published is withdrawn
            notification = replace(
                last,
                type="withdrawn",
                revision=revision,
                detected_at_us=detected_at_us,
                superseded_by=draft.superseded_by,
            )
        published[draft.known] = notification
        return notification

    def describe(
        self,
        outage: Outage,
        crossing: Crossing,
        *,
        revision: int,
        kind: Kind,
        initial: bool,
        detected_at_us: int,
    ) -> Notification:
        """Describe a crossing that holds, as it is known now."""
        named_us = outage.first_onset_us if outage.named_us is None else outage.named_us
        named = outage_id(self.domain.outage_key, named_us)
        cell = cell_of(crossing)
        literal = outage.literal_moment(crossing)
        return Notification(
            crossing_id=crossing_id(named, crossing.rule.rule, cell),
            revision=revision,
            type=kind,
            initial=initial,
            rule=crossing.rule,
            cell=cell,
            outage_id=named,
            outage_key=self.domain.outage_key,
            named_us=named_us,
            country=self.domain.country,
            first_onset_us=outage.first_onset_us,
            crossed_at_us=crossing.crossed_at_us,
            detected_at_us=detected_at_us,
            affected=crossing.affected,
            reading=self.domain.options.reading,
            literal_met=literal is not None and time_of(literal) <= crossing.crossed_at_us,
            planned=crossing.planned,
            policy_set=self.domain.policy_set,
            obligations=self._obligations(named, outage, crossing),
        )

    def _obligations(self, named: str, outage: Outage, crossing: Crossing) -> tuple[str, ...]:
        """Return the ids of what a crossing calls for in an outage of this id."""
        steps, rule = self.domain.live.law.steps, crossing.rule
        target = None if isinstance(crossing.cell, int) else crossing.cell[1]
        calls = steps.called(rule.rule, target, outage.first_onset_us)
        return tuple(call.obligation_id(named) for call in calls)

    def _initial(self, named_us: int, crossing: Crossing) -> bool:
        rule = crossing.rule
        return not any(
            last.type != "withdrawn" and told(last.rule) == told(rule)
            for last in self.published.get(named_us, {}).values()
        )
