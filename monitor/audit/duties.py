"""The recorded obligations against those that the input calls for; and those not met."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from monitor.audit.edges import Edges
from monitor.audit.model import Fields, Finding, Kind, NotChecked, same
from monitor.audit.task import ObligationOf, Survey
from monitor.audit.told import Duty
from monitor.formats.instant import time_us
from monitor.replay.lines import InputError

_MICRO = 1_000_000
_ABSENT = "(not there)"
_NOT_YET = "the input that calls for it had not been decided upon when it was recorded"


def last_of(duties: Sequence[Duty]) -> dict[str, Duty]:
    """Return the last record of each obligation."""
    last: dict[str, Duty] = {}
    for duty in duties:
        known = last.get(duty.obligation_id)
        older = known is not None and known.fields is not None and duty.fields is not None
        if not older or duty.fields["revision"] >= known.fields["revision"]:  # type: ignore[index, union-attr]
            last[duty.obligation_id] = duty
    return last


def compared(
    survey: Survey, duties: Sequence[Duty], edges: Edges
) -> tuple[list[Finding], list[NotChecked]]:
    """Compare the last record of each obligation, field by field."""
    findings, unknown = [], list[NotChecked]()
    recorded, others = _once(survey, duties)
    for other in others:
        if other.fields is not None and edges.surplus_duty(other.fields) is None:
            says = f"the obligation {_named(other.fields)} was published with two contents"
            findings.append(_finding("extra", says, other.fields, other))
    for name, one in sorted(survey.obligations.items()):
        duty = recorded.get(name)
        given = None if duty is None else duty.fields
        behind = given is None or given["revision"] < one.fields["revision"]
        reason = _beyond(one, edges) if behind else edges.of_key(one.fields)
        if given is not None and same(given, one.fields):
            continue
        if reason is not None:
            unknown.append(_not_checked(reason, one.fields, duty))
        elif duty is None or given is None:
            says = f"the obligation {_named(one.fields)} was not published"
            findings.append(_finding("missing", says, one.fields, None))
        else:
            findings.append(_altered(one.fields, given, duty))
    for name, duty in sorted(recorded.items()):
        if name in survey.obligations or name in survey.forgotten or duty.fields is None:
            continue
        if (reason := edges.surplus_duty(duty.fields)) is not None:
            unknown.append(_not_checked(reason, duty.fields, duty))
            continue
        says = f"the obligation {_named(duty.fields)} was published, and nothing calls for it"
        findings.append(_finding("extra", says, duty.fields, duty))
    return findings, unknown


def _once(survey: Survey, duties: Sequence[Duty]) -> tuple[dict[str, Duty], list[Duty]]:
    """Return the last record of each, and what has another content at the same revision."""
    contents: dict[tuple[str, int], list[Duty]] = defaultdict(list)
    for duty in duties:
        if duty.fields is not None:
            several = contents[duty.obligation_id, duty.fields["revision"]]
            if all(duty.fields != other.fields for other in several):
                several.append(duty)
    last, others = last_of(duties), list[Duty]()
    for (name, revision), several in contents.items():
        expected = survey.obligations.get(name)
        right = [d for d in several if expected is not None and d.fields == expected.fields]
        kept = (right or several)[0]
        stands = last[name].fields
        if stands is not None and stands["revision"] == revision:
            last[name] = kept
        others += [duty for duty in several if duty is not kept]
    return last, others


def unmet(duties: Sequence[Duty]) -> list[Finding]:
    """Find obligations that are overdue, or were met late."""
    found = []
    for duty in last_of(duties).values():
        fields = duty.fields
        if fields is None:
            continue
        if fields["state"] == "overdue":
            says = f"{_named(fields)} was due {fields.get('due_at')}, and is not recorded as done"
            found.append(_finding("overdue", says, fields, duty))
        elif fields["state"] == "done" and fields.get("in_time") is False:
            found.append(_done_late(fields, duty))
    return found


def _done_late(fields: Fields, duty: Duty) -> Finding:
    try:
        due_at, done_at = fields["due_at"], fields["submitted"]["at"]
        seconds = (time_us(done_at) - time_us(due_at)) / _MICRO
    except (KeyError, TypeError, ValueError) as error:
        message = f"{duty.place}: is no obligation: due_at or submitted.at is no time ({error})"
        raise InputError(message) from error
    says = f"{_named(fields)} was due {due_at}, and done {done_at}"
    return _finding("done_late", says, fields, duty, late_seconds=seconds)


def _beyond(one: ObligationOf, edges: Edges) -> str | None:
    decided_to = edges.decided_to.get(one.partition)
    if decided_to is not None and one.offset >= decided_to:
        return _NOT_YET
    return edges.of_key(one.fields)


def _named(fields: Fields) -> str:
    return f"{fields.get('step')} of {fields.get('outage_id')}"


def _altered(expected: Fields, given: Fields, duty: Duty) -> Finding:
    both = dict.fromkeys([*expected, *given])
    names = [n for n in both if not same(expected.get(n, _ABSENT), given.get(n, _ABSENT))]
    says = f"the obligation {_named(expected)}: not as the input says: {', '.join(names)}"
    fields = {n: {"expected": expected.get(n), "recorded": given.get(n)} for n in names}
    return _finding("altered", says, expected, duty, fields=fields)


def _finding(kind: Kind, says: str, whose: Fields, duty: Duty | None, **more: Any) -> Finding:
    return Finding(
        kind=kind,
        says=says,
        outage_key=whose.get("outage_key", ""),
        rule=whose.get("step", ""),
        outage_id=whose.get("outage_id", ""),
        crossed_at=whose.get("crossed_at"),
        id=whose["obligation_id"],
        revision=whose["revision"],
        place=None if duty is None else duty.place,
        **more,
    )


def _not_checked(reason: str, fields: Fields, duty: Duty | None) -> NotChecked:
    return NotChecked(
        reason=reason,
        outage_key=fields.get("outage_key", ""),
        rule=fields.get("step", ""),
        cell=None,
        crossed_at=fields.get("crossed_at"),
        id=fields["obligation_id"],
        place=None if duty is None else duty.place,
    )
