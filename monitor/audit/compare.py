"""The recorded notifications against those that the input calls for."""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from monitor.audit.edges import Edges
from monitor.audit.history import finding, impossible
from monitor.audit.matching import ON_THE_WAY, REVISIONS, STANDING, Name, last_of, match, once
from monitor.audit.model import Expected, Fields, Finding, NotChecked, same, spoken
from monitor.audit.told import Told

#: Names what was as known when it was published; a late alarm may have changed it since.
AS_KNOWN: Final = (
    "initial", "first_onset", "affected", "literal_met", "planned", "reason", "outage_id",
    "crossing_id", "obligations",
)  # fmt: skip
#: What other rules change without changing what was crossed, and when.
_OF_RULES: Final = ("policy_set", "reading")
#: Only what is withdrawn may have it.
_SUPERSEDED: Final = "superseded_by"
_ABSENT: Final = object()
_MICRO: Final = 1_000_000


class Pair(Struct):
    """A recorded notification and the one that the input calls for."""

    expected: Expected
    told: Told
    #: fields in which they differ
    differ: list[str]


class Compared(Struct, kw_only=True):
    """What came of comparing, before it was looked at when alarms arrived."""

    pairs: list[Pair]
    findings: list[Finding]
    not_checked: list[NotChecked]
    repeats: int = 0


def revisions(expected: Sequence[Expected], told: Sequence[Told], edges: Edges) -> Compared:
    """Compare every revision, field by field."""
    single = once(told)
    return _compared(expected, single.told, edges, REVISIONS, (), single.repeats)


def standing(
    expected: Sequence[Expected], told: Sequence[Told], edges: Edges, *, other_rules: bool
) -> Compared:
    """Compare what holds in the end; `other_rules`: only what was crossed, and when."""
    single = once(told)
    ignored = (
        *ON_THE_WAY,
        *(AS_KNOWN if other_rules else ()),
        *(_OF_RULES if other_rules else ()),
    )
    compared = _compared(expected, last_of(single.told), edges, STANDING, ignored, single.repeats)
    found = {one.id for one in compared.findings if one.kind == "missing"}
    compared.findings += [one for one in impossible(single.told, edges) if one.id not in found]
    return compared


def held(said: Iterable[Expected]) -> list[Expected]:
    """Return what holds after these revisions."""
    last: dict[str, Expected] = {}
    for one in said:
        last[one.fields["crossing_id"]] = one
    return [one for one in last.values() if one.fields["type"] != "withdrawn"]


def _compared(
    expected: Sequence[Expected],
    told: Sequence[Told],
    edges: Edges,
    names: Iterable[Name],
    ignored: Sequence[str],
    repeats: int,
) -> Compared:
    matched = match(expected, told, names)
    found = Compared(pairs=[], findings=[], not_checked=[], repeats=repeats)
    for one, other in matched.pairs:
        found.pairs.append(Pair(one, other, _differ(one.fields, other, ignored)))
    for one in matched.missing:
        if (reason := edges.missing(one)) is not None:
            found.not_checked.append(not_checked(reason, one.fields))
        else:
            found.findings.append(_missing(one))
    for other in matched.surplus:
        if (reason := edges.surplus(other)) is not None:
            found.not_checked.append(not_checked(reason, other.fields, other.place))
        else:
            found.findings.append(_extra(other))
    return found


def _differ(expected: Fields, told: Told, ignored: Sequence[str]) -> list[str]:
    names = [name for name in expected if name not in ignored]
    differ = [name for name in names if not same(expected[name], told.fields.get(name, _ABSENT))]
    more = _SUPERSEDED not in expected and told.fields.get(_SUPERSEDED) is not None
    return [*differ, _SUPERSEDED] if more else differ


def _missing(one: Expected) -> Finding:
    fields = one.fields
    by = fields["detected_at"]
    says = f"{fields['type']}: {spoken(fields)}, detected {by}, was not published"
    return finding("missing", says, fields)


def _extra(told: Told) -> Finding:
    says = f"{told.fields['type']}: {spoken(told.fields)} was published, and nothing calls for it"
    return finding("extra", says, told.fields, place=told.place)


def not_checked(reason: str, fields: Fields, place: str | None = None) -> NotChecked:
    """Return what cannot be said of a notification."""
    return NotChecked(
        reason=reason,
        outage_key=fields["outage_key"],
        rule=fields["rule"],
        cell=fields["cell"],
        crossed_at=fields["crossed_at"],
        id=fields["crossing_id"],
        place=place,
    )


def late(pair: Pair, arrival_us: int | None, limit_us: int) -> Finding | None:
    """Say how late a notification was, after its crossing and the alarm that decided."""
    told, crossed_us = pair.told, pair.expected.crossed_us
    known_us = crossed_us if arrival_us is None else max(crossed_us, arrival_us)
    late_us = told.published_us - known_us
    if late_us <= limit_us:
        return None
    after = "the crossing" if known_us == crossed_us else "the deciding alarm arrived"
    seconds = late_us / _MICRO
    says = f"{spoken(told.fields)} was published {seconds:,.1f} s after {after}"
    return finding("late", says, told.fields, place=told.place, late_seconds=seconds)


def altered(pair: Pair, names: Sequence[str]) -> Finding:
    """Say which fields are not as the input says."""
    told, expected = pair.told.fields, pair.expected.fields
    fields = {name: {"expected": expected.get(name), "recorded": told.get(name)} for name in names}
    right = {**told, **{name: expected[name] for name in names if name in expected}}
    says = f"{spoken(right)}: not as the input says: {', '.join(names)}"
    return finding("altered", says, right, place=pair.told.place, fields=fields)


def unknown_as_such(pair: Pair, ways: Iterable[Expected]) -> list[str]:
    """Return the fields that differ from what could be known when it was published.

    `ways` are the revisions of this crossing, at this time, that a live run could have published.
    """
    told = pair.told.fields
    return [
        name
        for name in pair.differ
        if name not in AS_KNOWN
        or not any(same(way.fields[name], told.get(name, _ABSENT)) for way in ways)
    ]
