"""What rules can call for at all: a rule or a cell that they do not have was never crossed."""

from typing import NamedTuple

from monitor.audit.model import Fields, cell_of
from monitor.core.law import Law, TableRule
from monitor.messages.notification import cell_fields


class Lawful(NamedTuple):
    """The cells of a policy set; of an effect its kind."""

    policy_set: str = ""
    cells: frozenset[tuple[str, str]] = frozenset()

    def never(self, fields: Fields) -> bool:
        """Whether a notification names this policy set, and a rule or cell that is not in it."""
        if not self.policy_set or fields.get("policy_set") != self.policy_set:
            return False
        cell = fields["cell"]
        named = str(cell["effect"]) if "effect" in cell else cell_of(fields)
        return (fields["rule"], named) not in self.cells


def lawful(law: Law) -> Lawful:
    """Return the cells of all rules."""
    cells: set[tuple[str, str]] = set()
    for rule in law.rules:
        if isinstance(rule, TableRule):
            cells |= {(rule.rule, cell_of({"cell": cell_fields(cell)})) for cell in rule.cells}
        else:
            cells |= {(rule.rule, kind) for kind in rule.kinds}
    return Lawful(law.policy_set, frozenset(cells))
