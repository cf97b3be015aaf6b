"""How obligations belong together: the same duty of outages that absorbed one another; pure."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from monitor.core.duty_state import Obligation


def face(now: Obligation) -> Obligation:
    """Return what of an obligation is published."""
    calls = tuple((rule, 1) for rule in now.rules)
    return replace(now, revision=0, calls=calls, called_us=0, first_onset_us=0)


def heirs(group: Mapping[str, Obligation], now: Obligation) -> Iterator[str]:
    """Yield the ids of the same duty of outages that absorbed this one."""
    by_outage = {other.outage_id: other for other in group.values() if _same(other, now)}
    seen = {now.outage_id}
    while (by := now.superseded_by) in by_outage and by not in seen:
        now = by_outage[by]
        seen.add(now.outage_id)
        yield now.obligation_id


def absorbed(group: Mapping[str, Obligation], heir: Obligation) -> list[Obligation]:
    """Return the same duty of the outages that this one absorbed, and of those that they did."""
    same = sorted((o for o in group.values() if _same(o, heir)), key=lambda o: o.named_us)
    found = {heir.outage_id: heir}
    for _ in same:
        more = [o for o in same if o.superseded_by in found and o.outage_id not in found]
        if not more:
            break
        found |= {other.outage_id: other for other in more}
    return list(found.values())[1:]


def order(now: Obligation) -> tuple[bool, int, str]:
    """Place an obligation: those not called for first, then by outage."""
    return (now.called, now.named_us, now.obligation_id)


def _same(one: Obligation, other: Obligation) -> bool:
    return (one.step, one.addressees) == (other.step, other.addressees)


def over(now: Obligation, before_us: int) -> bool:
    """Whether nothing is left to be done since a time."""
    last_us = now.transitions[-1].at_us if now.transitions else now.named_us
    waits = now.state == "waiting" and bool(now.calls)
    return not (now.open or waits) and last_us < before_us
