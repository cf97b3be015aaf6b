"""One outage: its rules, the state of each, and the crossings found."""

from msgspec import Struct

from monitor.core.event import Effect
from monitor.core.law import AnyRule, EffectRule, InForce
from monitor.core.moment import time_of
from monitor.core.table import Table
from monitor.core.undo import Undo

#: The cell of a table by its place in the pack, or the effect that an effect rule names.
CellKey = int | Effect
#: (rule id, cell): what is crossed at most once in an outage.
CrossingKey = tuple[str, CellKey]


class Crossing(Struct, frozen=True, gc=False):
    """A cell that is crossed, as the deciding reading says, and what held at that moment."""

    rule: AnyRule
    cell: CellKey
    moment: int
    #: per service of the rule: (service, cautious, literal)
    affected: tuple[tuple[str, int, int], ...]
    planned: bool

    @property
    def key(self) -> CrossingKey:
        """What is crossed at most once in an outage."""
        return (self.rule.rule, self.cell)

    @property
    def crossed_at_us(self) -> int:
        """The instant T of the crossing."""
        return time_of(self.moment)


class Outage:
    """A maximal chain of service-affecting parts of one outage key."""

    __slots__ = (
        "by_service", "crossings", "effect_rules", "end_us", "first_onset_us", "law", "named_us",
        "tables",
    )  # fmt: skip

    def __init__(self, first_onset_us: int, law: InForce) -> None:
        """Begin with a first onset, under the rules in force at it."""
        self.first_onset_us = first_onset_us
        #: None while any part is open
        self.end_us: int | None = None
        self.law = law
        self.tables = [Table(rule) for rule in law.tables]
        self._index()
        self.crossings: dict[CrossingKey, Crossing] = {}
        #: the first onset known when it was opened: what its id says; None until it is named
        self.named_us: int | None = None

    def _index(self) -> None:
        self.by_service: dict[str, list[Table]] = {}
        for table in self.tables:
            for service in table.services:
                self.by_service.setdefault(service, []).append(table)
        self.effect_rules: dict[str, list[EffectRule]] = {}
        for rule in self.law.effects:
            for kind in rule.kinds:
                self.effect_rules.setdefault(kind, []).append(rule)

    def literal_moment(self, crossing: Crossing) -> int | None:
        """Return when the literal reading crossed the cell; None while it has not."""
        table = self.table(crossing.rule)
        if table is None or not isinstance(crossing.cell, int):
            return crossing.moment
        return table.literal.get(crossing.cell)

    def table(self, rule: AnyRule) -> Table | None:
        """Return the state of a table rule; None for an effect rule."""
        return next((table for table in self.tables if table.rule is rule), None)

    def retire(self, undo: Undo) -> None:
        """Forget what only an outage that can still grow needs."""
        for table in self.tables:
            undo.append((table, "ever", table.ever))
            table.ever = {}

    def can_reach(self, time_us: int, merge_gap_us: int) -> bool:
        """Whether a part that begins at this time would belong to it."""
        return self.end_us is None or time_us - self.end_us <= merge_gap_us

    def copy(self) -> "Outage":
        """Return an independent copy."""
        twin = Outage(self.first_onset_us, self.law)
        twin.end_us, twin.named_us = self.end_us, self.named_us
        twin.tables = [table.copy() for table in self.tables]
        twin._index()
        twin.crossings = dict(self.crossings)
        return twin
