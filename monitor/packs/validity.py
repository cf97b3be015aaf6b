"""Which rules end soon, and which countries have no policy in force."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from monitor.core.law import AnyRule
from monitor.packs.model import Pack
from monitor.packs.to_law import midnight_us, rules_of

_DAY_US = 24 * 60 * 60 * 1_000_000


class Ending(NamedTuple):
    """Rules of one policy that end, or have ended, at one instant without a successor."""

    policy: str
    country: str
    authority: str
    #: the first day on which the rules no longer hold
    day: date
    ends_us: int
    ended: bool
    rules: tuple[str, ...]
    #: whether no rule of the policy is left
    whole_policy: bool

    def __str__(self) -> str:
        """Say it in a sentence."""
        who = f"policy {self.policy}"
        if not self.whole_policy:
            who += f" ({', '.join(self.rules)})"
        verb = "is no longer in force since" if self.ended else "ends on"
        return (
            f"{who} {verb} {self.day}, and no version follows on it; "
            f"find out what {self.authority} asks from then on, and add it"
        )


def ending_soon(packs: Iterable[Pack], now_us: int, days: int = 60) -> list[Ending]:
    """Return what has ended, or ends within so many days, without a version that goes on."""
    return [ending for pack in packs for ending in _endings(pack, now_us, days * _DAY_US)]


def countries_without_policy(packs: Iterable[Pack], time_us: int) -> list[str]:
    """Return the countries that have packs, but no rule in force at a time."""
    covered: dict[str, bool] = {}
    for pack in packs:
        now = any(rule.in_force(time_us) for rule in rules_of(pack))
        covered[pack.country] = covered.get(pack.country, False) or now
    return sorted(country for country, is_covered in covered.items() if not is_covered)


def _endings(pack: Pack, now_us: int, within_us: int) -> Iterator[Ending]:
    versions: dict[str, list[AnyRule]] = {}
    for rule in rules_of(pack):
        versions.setdefault(rule.rule, []).append(rule)
    by_end: dict[int, list[str]] = {}
    for name, rules in versions.items():
        ends_us = _end_of_cover(rules, now_us)
        if ends_us is not None and ends_us <= now_us + within_us:
            by_end.setdefault(ends_us, []).append(name)
    days = {midnight_us(day, pack.time_zone): day for r in pack.rules if (day := r.valid_to)}
    for ends_us, names in sorted(by_end.items()):
        yield Ending(
            policy=pack.policy,
            country=pack.country,
            authority=pack.authority,
            day=days[ends_us],
            ends_us=ends_us,
            ended=ends_us <= now_us,
            rules=tuple(names),
            whole_policy=len(names) == len(versions),
        )


def _end_of_cover(versions: list[AnyRule], now_us: int) -> int | None:
    """Return when the versions of a rule leave off, counted from now; None: they do not.

    A version that begins the moment another ends goes on with it; one that begins later does not.
    A rule that has yet to begin does not end.
    """
    ordered = sorted(versions, key=lambda rule: rule.valid_from_us)
    begun = [rule for rule in ordered if rule.valid_from_us <= now_us]
    if not begun:
        return None
    ends_us = begun[-1].valid_to_us
    for rule in ordered[len(begun) :]:
        if rule.valid_from_us != ends_us:
            break
        ends_us = rule.valid_to_us
    return ends_us
