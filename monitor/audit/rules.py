"""Which rules decided, as the recordings say, and whether those are the rules at hand."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from monitor.audit.ask import Ask
from monitor.audit.model import Fields, Finding
from monitor.audit.proof import Decided
from monitor.audit.result import Rules
from monitor.audit.told import Told
from monitor.core.reading import Options
from monitor.enrich import Correlate
from monitor.ingest.envelope import Rules as InputRules

_MICRO: Final = 1_000_000
_LITERAL: Final = "literal"
_CHANGED: Final = (
    "other rules decided in an earlier part of the input: compared is what holds in the end, and "
    "what was published before is not checked"
)
_WHAT_IF: Final = (
    "asked was what other rules would have said: compared is only what was crossed, and when"
)


class Weighed(Struct, kw_only=True):
    """What is known about the rules."""

    #: whether those at hand are those that decided last
    same: bool
    #: until when other rules decided, if they changed
    changed_us: int | None
    recorded: list[Fields]
    remarks: list[str]
    findings: list[Finding]


def options_of(ask: Ask, decided: Sequence[Decided], told: Sequence[Told]) -> Options:
    """Return what is asked for, else what decided, else the default."""
    options = Options()
    if decided:
        rules = decided[-1].rules
        options = replace(
            options,
            reading=rules.reading,
            merge_gap_us=rules.merge_gap_us,
            lateness_horizon_us=rules.lateness_horizon_us,
        )
    elif _told_names(told, "reading") == {_LITERAL}:
        options = replace(options, reading=_LITERAL)
    given = {
        "reading": ask.reading,
        "merge_gap_us": ask.merge_gap_us,
        "lateness_horizon_us": ask.lateness_horizon_us,
    }
    return replace(options, **{name: value for name, value in given.items() if value is not None})


def shown(rules: InputRules, correlate: Correlate | None) -> Rules:
    """Return rules as an answer shows them; recorded inputs are correlated already."""
    return Rules(
        policy_set=rules.policy_set,
        reading=rules.reading,
        merge_gap_seconds=rules.merge_gap_us / _MICRO,
        lateness_horizon_seconds=rules.lateness_horizon_us / _MICRO,
        correlate=correlate,
    )


def weighed(
    mine: InputRules, decided: Sequence[Decided], told: Sequence[Told], *, what_if: bool
) -> Weighed:
    """Compare the rules at hand with those that decided.

    Recorded inputs name them; else the notifications do.
    """
    by_partition: dict[int, list[InputRules]] = defaultdict(list)
    for one in decided:
        by_partition[one.partition].append(one.rules)
    last = {rules[-1] for rules in by_partition.values()}
    changed = any(len(set(rules)) > 1 for rules in by_partition.values())
    sets = sorted({r.policy_set for r in last} if last else _told_names(told, "policy_set"))
    same = last == {mine} if last else _fits(mine, told)
    found = Weighed(
        same=same,
        changed_us=max(one.written_us for one in decided) if changed else None,
        recorded=_recorded(decided, told),
        remarks=[_CHANGED] if changed else [],
        findings=[],
    )
    if not same and what_if:
        found.remarks.append(_WHAT_IF)
    elif not same:
        found.findings.append(Finding(kind="rules", says=_other(mine, sets)))
    return found


def _fits(mine: InputRules, told: Sequence[Told]) -> bool:
    """Whether any notification names the rules at hand, if there is one at all."""
    sets, readings = _told_names(told, "policy_set"), _told_names(told, "reading")
    return not told or (mine.policy_set in sets and mine.reading in readings)


def _other(mine: InputRules, sets: Sequence[str]) -> str:
    if mine.policy_set not in sets:
        return (
            f"policy set {', '.join(sets)} decided, here are the packs of {mine.policy_set}: name "
            "the packs of then with --policy DIR (and the designations with --designation)"
        )
    return "another reading, merge gap or horizon decided than is asked for here"


def _recorded(decided: Sequence[Decided], told: Sequence[Told]) -> list[dict[str, Any]]:
    if decided:
        return sorted((to_builtins(shown(r, None)) for r in {d.rules for d in decided}), key=str)
    pairs = {(str(t.fields.get("policy_set")), str(t.fields.get("reading"))) for t in told}
    return [{"policy_set": policy_set, "reading": reading} for policy_set, reading in sorted(pairs)]


def _told_names(told: Sequence[Told], name: str) -> set[str]:
    return {str(t.fields.get(name)) for t in told}
