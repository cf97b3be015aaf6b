"""An outage as it is, and as it would be with other numbers: the cells that differ."""

from collections.abc import Iterator, Sequence

from monitor.core.domain import Domain
from monitor.core.outage import Outage
from monitor.explain.differences import differences, differences_told
from monitor.explain.facts import Facts, explained
from monitor.explain.what_if import Change, changed
from monitor.messages.printable import printable


def supposed(domain: Domain, one: Outage, clock: int, changes: Sequence[Change]) -> Facts:
    """Return what would be otherwise; raises WhatIfError where a change makes no sense."""
    other, other_clock = changed(domain, one, clock, changes)
    before, after = explained(domain, clock >> 1), explained(other, other_clock >> 1)
    now = [
        o for o, known in zip(before["outages"], domain.live.outages, strict=True) if known is one
    ]
    # What else the key had stays out of it; what the outage fell into, or grew to, does not.
    kept = [o["outage_id"] for o in before["outages"] if o not in now]
    then = [o for o in after["outages"] if o["outage_id"] not in kept]
    return {
        "changes": [change.text for change in changes],
        "clock": after["clock"],
        "outages": then,
        "differences": differences(now, then),
    }


def supposed_told(facts: Facts) -> Iterator[str]:
    """Yield what would be otherwise, in words; nothing where nobody asked."""
    what_if = facts.get("what_if")
    if what_if is None:
        return
    yield f"  WHAT IF {'; '.join(map(printable, what_if['changes']))}"
    if what_if["clock"] != facts["clock"]:
        yield f"  As it would be known at {what_if['clock']}."
    if not what_if["outages"]:
        yield "  There would be no outage: nobody would be hit, and no effect would be there."
    for outage in what_if["outages"]:
        ended = f"ended {outage['end']}" if outage["end"] else "still open"
        yield f"  Outage {printable(outage['outage_id'])}, {ended}."
    yield from differences_told(what_if["differences"], facts["reading"])
    yield ""
