"""Figures about all outages of a stream: how many, what they crossed, what fell under no policy."""

from collections import Counter
from collections.abc import Iterable

from monitor.core.domain import Domain
from monitor.core.event import AlarmId
from monitor.core.outage import Outage


class Tally:
    """Figures that add up over outages."""

    def __init__(self) -> None:
        """Start at nothing."""
        self.outages = 0
        #: clears and changes that found no active alarm
        self.strays = 0
        #: by (authority, rule)
        self.crossings: Counter[tuple[str, str]] = Counter()
        #: by country: outages that began when no policy was in force, and the earliest onset
        self.lawless: dict[str, tuple[int, int]] = {}

    def add(self, country: str, outages: Iterable[Outage]) -> None:
        """Count these outages of one country."""
        for outage in outages:
            self.outages += 1
            self.crossings.update(
                (crossing.rule.authority, crossing.rule.rule)
                for crossing in outage.crossings.values()
            )
            if not outage.law:
                count, first_us = self.lawless.get(country, (0, outage.first_onset_us))
                self.lawless[country] = (count + 1, min(first_us, outage.first_onset_us))

    def with_live(self, domains: Iterable[Domain]) -> "Tally":
        """Return these figures with those of the outages that are not closed for good."""
        total = Tally()
        total.outages, total.strays = self.outages, self.strays
        total.crossings, total.lawless = Counter(self.crossings), dict(self.lawless)
        for domain in domains:
            total.add(domain.country, domain.live.outages)
            total.strays += sum(domain.live.strays.values())
        return total


def misplaced(domains: Iterable[Domain]) -> list[tuple[AlarmId, str, str]]:
    """Return (alarm, key of a clear that found nothing, key under which the alarm is active)."""
    known = list(domains)
    strays: dict[AlarmId, list[str]] = {}
    for domain in known:
        for alarm in domain.live.strays:
            strays.setdefault(alarm, []).append(domain.outage_key)
    return [
        (alarm, key, domain.outage_key)
        for domain in known
        for alarm, keys in strays.items()
        if (state := domain.live.alarms.get(alarm)) is not None and state.active
        for key in keys
        if key != domain.outage_key
    ]
