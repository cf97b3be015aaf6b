"""The law as the core sees it: families of rules with numbers, and which are in force when.

The core knows two families: tables (a count held for a duration) and effects (a flag). Two more
exist elsewhere in the world, a share of the national users and users x time; a share is a table
whose counts were multiplied out when the pack was read, and a product of users and time would be a
third class beside `TableRule`, with its own `deadline` in `tables.py`.
"""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from monitor.core.duty import Step, Steps

Comparator = Literal[">=", ">"]


class Cell(Struct, frozen=True):
    """One cell of a table: held for a duration (None: any), by so many end-users."""

    duration_us: int | None
    end_users: int


class Rule(Struct, frozen=True, kw_only=True):
    """What every rule has: its name, whom it binds, whom it tells, and when it is in force."""

    rule: str
    policy: str
    country: str
    authority: str
    addressees: tuple[str, ...]
    #: microseconds since 1970; in force while valid_from_us <= first onset < valid_to_us
    valid_from_us: int
    valid_to_us: int | None

    def in_force(self, time_us: int) -> bool:
        """Whether an outage that began at this time falls under the rule."""
        return self.valid_from_us <= time_us and (
            self.valid_to_us is None or time_us < self.valid_to_us
        )


class TableRule(Rule, frozen=True, kw_only=True, tag="table"):
    """Crossed, cell by cell, when enough end-users of its services are hit for long enough."""

    services: tuple[str, ...]
    duration_comparator: Comparator
    count_comparator: Comparator
    cells: tuple[Cell, ...]


class EffectRule(Rule, frozen=True, kw_only=True, tag="effect"):
    """Crossed once for each different target, whatever the counts."""

    kinds: tuple[str, ...]


AnyRule = TableRule | EffectRule


class InForce(Struct, frozen=True):
    """The rules that apply to one outage."""

    tables: tuple[TableRule, ...]
    effects: tuple[EffectRule, ...]

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.tables or self.effects)


class Law:
    """All rules of all packs, asked by country and first onset."""

    def __init__(
        self, rules: Iterable[AnyRule], policy_set: str, steps: Iterable[Step] = ()
    ) -> None:
        """Take the rules of every pack; `policy_set` is the hash that names them together.

        `steps` is what is to be done when they are crossed.
        """
        self.rules = rules = tuple(rules)
        self.steps = Steps(tuple(steps))
        self.policy_set = policy_set
        #: every service that some rule counts
        self.services = tuple(
            sorted({s for r in rules if isinstance(r, TableRule) for s in r.services})
        )
        self._by_country: dict[str, list[AnyRule]] = {}
        for rule in self.rules:
            self._by_country.setdefault(rule.country, []).append(rule)

    def in_force(self, country: str, first_onset_us: int) -> InForce:
        """Return the rules for an outage of this country that began at this time."""
        rules = [r for r in self._by_country.get(country, ()) if r.in_force(first_onset_us)]
        return InForce(
            tuple(r for r in rules if isinstance(r, TableRule)),
            tuple(r for r in rules if isinstance(r, EffectRule)),
        )
