"""What an audit says: a verdict, what was found, what could not be checked, and by what rules."""

from typing import Any, Literal

from msgspec import Struct, to_builtins

from monitor.audit.compare import Compared
from monitor.audit.matching import once
from monitor.audit.model import KINDS, Fields, Finding, NotChecked, by_time, canonical
from monitor.audit.proof import Proof
from monitor.audit.told import Told

Mode = Literal["every revision", "what holds in the end"]


class Rules(Struct, frozen=True, kw_only=True):
    """What decided."""

    policy_set: str
    reading: str
    merge_gap_seconds: float
    lateness_horizon_seconds: float
    correlate: str | None


class Revised(Struct, frozen=True, kw_only=True):
    """A crossing that was corrected or withdrawn, with all that was published about it."""

    crossing_id: str
    outage_key: str
    rule: str
    cell: Fields
    revisions: list[dict[str, Any]]


class Side(Struct, frozen=True, kw_only=True):
    """A crossing under two sets of rules; null: not crossed."""

    outage_key: str
    rule: str
    cell: Fields
    here: str | None
    there: str | None


class Result(Struct, frozen=True, kw_only=True):
    """The answer. It depends on the content of the files and on the options alone."""

    audit: int = 1
    product: str
    verdict: Literal["clean", "findings"]
    mode: Mode
    rules: Rules
    #: the rules that the input, or else the notifications, say had decided
    recorded_rules: list[Fields]
    what_if: bool
    limit_seconds: float
    inputs: list[Proof]
    notifications: list[Proof]
    inventory: list[Proof]
    counts: dict[str, int]
    unused: dict[str, int]
    #: the longest time from crossing, or deciding alarm, to publication
    latest_seconds: float | None
    findings: list[Finding]
    not_checked: list[NotChecked]
    remarks: list[str]
    revised: list[Revised]
    compared_with: Rules | None = None
    compared: list[Side] = []

    def as_json(self) -> bytes:
        """Return it as JSON, always the same bytes."""
        return canonical(to_builtins(self)) + b"\n"


def ordered(findings: list[Finding]) -> list[Finding]:
    """Return findings in the order in which they are told."""

    def place(one: Finding) -> tuple[Any, ...]:
        cell = canonical(one.cell)
        when, revision = by_time(one.crossed_at), one.revision or 0
        return (KINDS.index(one.kind), when, one.outage_key, one.rule, cell, one.id, revision)

    return sorted(findings, key=place)


def unchecked(compared: list[NotChecked]) -> list[NotChecked]:
    """Return what was not checked in a fixed order."""
    return sorted(compared, key=lambda n: (n.reason, by_time(n.crossed_at), n.outage_key, n.id))


def revised(told: list[Told]) -> list[Revised]:
    """Return the crossings of which more than the first word was published."""
    by_id: dict[str, list[Fields]] = {}
    for one in once(told).told:
        by_id.setdefault(one.fields["crossing_id"], []).append(one.fields)
    found = []
    for name, all_fields in by_id.items():
        if len(all_fields) == 1 and all_fields[0]["type"] == "required":
            continue
        kept = ("revision", "type", "crossed_at", "detected_at", "superseded_by")
        revisions = sorted(all_fields, key=lambda f: f["revision"])
        first = revisions[0]
        found.append(
            Revised(
                crossing_id=name,
                outage_key=first["outage_key"],
                rule=first["rule"],
                cell=first["cell"],
                revisions=[{k: f[k] for k in kept if f.get(k) is not None} for f in revisions],
            )
        )
    return sorted(found, key=lambda r: (r.outage_key, r.rule, r.crossing_id))


def counts(compared: Compared, told: list[Told]) -> dict[str, int]:
    """Return how many notifications were looked at."""
    kinds = [one.fields["type"] for one in told]
    return {
        "recorded": len(told),
        "repeats": compared.repeats,
        "agree": sum(not pair.differ for pair in compared.pairs),
        **{kind: kinds.count(kind) for kind in ("required", "corrected", "withdrawn")},
    }
