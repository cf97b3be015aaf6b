"""How an audit speaks of its findings, of cells and of rules."""

from typing import Final

from monitor.audit.model import Fields, Kind
from monitor.audit.result import Result, Rules

_CALLED: Final[dict[Kind, str]] = {
    "rules": "other rules",
    "missing": "missing",
    "late": "late",
    "altered": "altered",
    "extra": "extra",
    "overdue": "overdue obligations",
    "done_late": "obligations met late",
}
#: So much of a hash is enough to recognise it by eye.
_HASH: Final = 12


def called(kind: Kind) -> str:
    """Return the heading of a kind of finding."""
    return _CALLED[kind]


def cell_text(cell: Fields | None) -> str:
    """Write a cell."""
    if cell is None:
        return ""
    if "effect" in cell:
        return " ".join(str(part) for part in (cell["effect"], cell.get("target")) if part)
    return f"{cell.get('duration') or 'any'}, {cell.get('end_users')}"


def rules_text(rules: Rules) -> str:
    """Write what decided in a line."""
    gap = f"merge gap {rules.merge_gap_seconds / 60:g} min"
    return f"policy set {rules.policy_set[:_HASH]}, {rules.reading} reading, {gap}"


def verdict_text(result: Result) -> str:
    """Say what the verdict means where there is no finding."""
    if result.not_checked:
        number = len(result.not_checked)
        return f"all that could be checked is as the recorded input says; {number:,} could not"
    return "every notification is as the recorded input says"
