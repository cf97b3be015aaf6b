"""The fold of one outage key: its events in their own order, one pass, exact at every moment.

A part counts at both its ends. So within one moment counts only grow: what begins is added to the
*peak* at once, what ends leaves the count that holds afterwards at once and the peak only when the
fold moves on. Deadlines that lie between two events are moments of their own.

Everything is changed through the undo log, so the fold can be taken back to any recent event.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from monitor.core.alarm import Alarm, after
from monitor.core.event import AlarmId, Event, Impact
from monitor.core.law import AnyRule, Law
from monitor.core.load import Load
from monitor.core.moment import at, time_of
from monitor.core.outage import CellKey, Crossing, CrossingKey, Outage
from monitor.core.reading import Options
from monitor.core.table import ServiceArea, Table
from monitor.core.undo import MISSING, Undo

_ABSENT: Final = Alarm(False, 0, 0)


class Present(Struct, array_like=True):
    """What holds at the moment of a fold, and at no later one."""

    peaks: list[tuple[ServiceArea, int]]
    hit: dict[str, int]
    unplanned: bool
    fresh: list[CrossingKey]


class Fold:
    """The state of one outage key at one moment."""

    def __init__(self, country: str, law: Law, options: Options) -> None:
        """Start before the first event."""
        self.country = country
        self.law = law
        self.options = options
        self.undo: Undo = []
        self.moment = -(1 << 62)
        self.alarms: dict[AlarmId, Alarm] = {}
        self.outages: list[Outage] = []
        #: crossings found since somebody last took them
        self.found: list[tuple[Outage, CrossingKey]] = []
        #: the latest moment at which anything was crossed
        self.crossed = self.moment
        #: clears and changes that found no active alarm
        self.strays: dict[AlarmId, int] = {}
        self._loads: dict[ServiceArea, Load] = {}
        self._tops: dict[ServiceArea, int] = {}
        #: end-users hit by service: once what ends now has ended; at this very moment
        self.hit = dict.fromkeys(law.services, 0)
        self._peak_hit = dict(self.hit)
        self._peaks: dict[ServiceArea, int] = {}
        #: open service-affecting alarms, and how many of them were not planned
        self.affecting = 0
        self._unplanned = 0
        self._unplanned_now = False
        self._fresh: list[Crossing] = []

    @property
    def due(self) -> int | None:
        """The next moment at which something is crossed if nothing changes."""
        if not self.affecting:
            return None
        next_due = None
        for table in self.outages[-1].tables:
            due = table.due
            if due is not None and (next_due is None or due < next_due):
                next_due = due
        return next_due

    def run_to(self, moment: int) -> None:
        """Let time pass up to and including a moment: deadlines on the way are crossed."""
        while (due := self.due) is not None and due <= moment:
            self._enter(due)
            outage = self.outages[-1]
            for table in outage.tables:
                if table.due is not None and table.due <= due:
                    self._look(outage, table)

    def apply(self, event: Event) -> None:
        """Take the next event; it must not be earlier than the fold's moment."""
        moment = at(event.time_us)
        if moment > self.moment:
            self.pass_to(moment)
        alarm = event.alarm
        old = self.alarms.get(alarm)
        new = after(old, event, self.options.lateness_horizon_us)
        self.undo.append((self.alarms, alarm, MISSING if old is None else old))
        self.alarms[alarm] = new
        if old is None:
            old = _ABSENT
        if not (old.active or new.active):
            self._stray(alarm)
        elif new.service_affecting or old.service_affecting:
            self._turn(alarm, old, new)

    def pass_to(self, moment: int) -> None:
        """Let time pass and stand at a moment, even if nothing happens at it."""
        self.run_to(moment)
        if moment > self.moment:
            self._enter(moment)

    def hit_at(self, where: ServiceArea) -> int:
        """Return the end-users hit in an area of a service at this very moment."""
        return self._peaks.get(where, self._tops.get(where, 0))

    def areas(self) -> Mapping[ServiceArea, int]:
        """Return the end-users hit by service and area, once what ends now has ended."""
        return self._tops

    def seal(self) -> None:
        """Write what holds at this moment into the crossings of this moment."""
        if not self.outages:
            return  # taken back to a moment of an outage that is closed for good
        for crossing in self._fresh:
            outage = self.outages[-1]
            table = outage.table(crossing.rule)
            sealed = self._crossing(crossing.rule, crossing.cell, table)
            known = outage.crossings[crossing.key]
            if sealed != known:
                self.undo.append((outage.crossings, crossing.key, known))
                outage.crossings[crossing.key] = sealed

    def leave(self) -> None:
        """Be done with the crossings of this moment: no event of this moment follows."""
        self.seal()
        self.undo.append((self, "_fresh", self._fresh))
        self._fresh = []

    def copy(self) -> "Fold":
        """Return an independent copy with an empty undo log."""
        twin = Fold(self.country, self.law, self.options)
        twin.moment, twin.affecting = self.moment, self.affecting
        twin.crossed = self.crossed
        twin._unplanned, twin._unplanned_now = self._unplanned, self._unplanned_now
        twin.alarms, twin.strays = dict(self.alarms), dict(self.strays)
        twin.outages = [outage.copy() for outage in self.outages]
        twin._loads = {where: load.copy() for where, load in self._loads.items()}
        twin._tops, twin._peaks = dict(self._tops), dict(self._peaks)
        twin.hit, twin._peak_hit = dict(self.hit), dict(self._peak_hit)
        twin._fresh = list(self._fresh)
        return twin

    # -- written down and read back

    @property
    def present(self) -> "Present":
        """What holds at this very moment and may be more than what holds after it."""
        fresh = [crossing.key for crossing in self._fresh]
        return Present(list(self._peaks.items()), self._peak_hit, self._unplanned_now, fresh)

    def resume(self, alarms: Iterable[tuple[AlarmId, Alarm]], present: "Present") -> None:
        """Stand where another fold stood, after its outages and its moment were set."""
        for alarm, state in alarms:
            self.alarms[alarm] = state
            if state.service_affecting:
                self._count_alarms(1, not state.planned)
            for service, area, end_users in state.impact:
                self._hit((service, area), alarm, end_users)
        self.undo.clear()
        self._peaks, self._peak_hit = dict(present.peaks), self._peak_hit | present.hit
        self._unplanned_now = present.unplanned
        self._fresh = [self.outages[-1].crossings[key] for key in present.fresh]

    # -- one moment

    def _enter(self, moment: int) -> None:
        """Leave the present moment for a later one: what ended has ended."""
        undo = self.undo
        if self._fresh:
            self.leave()
        if self._peaks:
            undo += ((self, "_peaks", self._peaks), (self, "_peak_hit", self._peak_hit))
            self._peaks, self._peak_hit = {}, dict(self.hit)
        # Planned is asked for at the instant itself, also by what is crossed right after it.
        right_after = moment % 2 == 1 and moment == self.moment + 1
        if not right_after and self._unplanned_now != bool(self._unplanned):
            undo.append((self, "_unplanned_now", self._unplanned_now))
            self._unplanned_now = bool(self._unplanned)
        undo.append((self, "moment", self.moment))
        self.moment = moment

    def _stray(self, alarm: AlarmId) -> None:
        known = self.strays.get(alarm, 0)
        self.undo.append((self.strays, alarm, known or MISSING))
        self.strays[alarm] = known + 1

    def _turn(self, alarm: AlarmId, old: Alarm, new: Alarm) -> None:
        """One part of an alarm ends at this moment, or the next begins, or both."""
        began, ended = new.service_affecting, old.service_affecting
        outage = self._outage() if began and not self.affecting else self.outages[-1]
        self._count_alarms(began - ended, (began and not new.planned) - (ended and not old.planned))
        if began != ended:
            end_us = None if self.affecting else time_of(self.moment)
            if outage.end_us != end_us:
                self.undo.append((outage, "end_us", outage.end_us))
                outage.end_us = end_us
        if new.impact != old.impact:
            self._recount(outage, alarm, old.impact, new.impact)
        if new.effects and new.effects != old.effects:
            self._raise_effects(outage, new)

    def _outage(self) -> Outage:
        """Return the outage of a part that begins now, a new one if the last is out of reach."""
        now_us = time_of(self.moment)
        if self.outages and self.outages[-1].can_reach(now_us, self.options.merge_gap_us):
            return self.outages[-1]
        if self.outages:
            self.outages[-1].retire(self.undo)
        outage = Outage(now_us, self.law.in_force(self.country, now_us))
        self.undo.append((self.outages, None, None))
        self.outages.append(outage)
        return outage

    def _count_alarms(self, more: int, unplanned: int) -> None:
        if more:
            self.undo.append((self, "affecting", self.affecting))
            self.affecting += more
        if unplanned:
            self.undo.append((self, "_unplanned", self._unplanned))
            self._unplanned += unplanned
        if unplanned > 0 and not self._unplanned_now:
            self.undo.append((self, "_unplanned_now", False))
            self._unplanned_now = True

    # -- counting

    def _recount(
        self, outage: Outage, alarm: AlarmId, before: tuple[Impact, ...], now: tuple[Impact, ...]
    ) -> None:
        """Replace what an alarm hits, and let the tables of those services look."""
        tables = self._tables(outage, before, now)
        for table in tables:
            if not table.total(self._peak_hit):
                table.begin(self.moment, 2 * self.options.merge_gap_us, self.undo)
        for service, area, _ in before:
            self._leave((service, area), alarm)
        for service, area, end_users in now:
            where = (service, area)
            self._hit(where, alarm, end_users)
            for table in outage.by_service.get(service, ()):
                table.hit(where, end_users, self.undo)
        for table in tables:
            self._look(outage, table)

    @staticmethod
    def _tables(
        outage: Outage, before: tuple[Impact, ...], now: tuple[Impact, ...]
    ) -> Iterable[Table]:
        """Return the tables that name one of the services, each once."""
        by_service = outage.by_service
        if len(outage.tables) == 1:
            known = any(service in by_service for service, _, _ in before + now)
            return outage.tables if known else ()
        if len(before) + len(now) == 1:
            return by_service.get((before or now)[0][0], ())
        services = dict.fromkeys(service for service, _, _ in before + now)
        if len(services) == 1:
            return by_service.get(next(iter(services)), ())
        return dict.fromkeys(table for s in services for table in by_service.get(s, ()))

    def _leave(self, where: ServiceArea, alarm: AlarmId) -> None:
        """Take an alarm off an area; the peak of this moment keeps it."""
        undo, load, top = self.undo, self._loads[where], self._tops[where]
        if where not in self._peaks:
            undo.append((self._peaks, where, MISSING))
            self._peaks[where] = top
        end_users = load.pop(alarm)
        undo.append((load, alarm, end_users))
        if end_users == top:
            self._set_top(where, top, load.largest())

    def _hit(self, where: ServiceArea, alarm: AlarmId, end_users: int) -> None:
        """Put an alarm on an area."""
        undo, load = self.undo, self._loads.get(where)
        top = self._tops.get(where, 0)
        if load is None:
            load = self._loads[where] = Load()
            undo.append((self._loads, where, MISSING))
        undo.append((load, alarm, MISSING))
        load.put(alarm, end_users)
        peak = self._peaks.get(where, top)
        if end_users > peak:
            service = where[0]
            hit = self._peak_hit.get(service, 0)
            undo += (
                (self._peaks, where, self._peaks.get(where, MISSING)),
                (self._peak_hit, service, hit),
            )
            self._peaks[where] = end_users
            self._peak_hit[service] = hit + end_users - peak
        if end_users > top:
            self._set_top(where, top, end_users)

    def _set_top(self, where: ServiceArea, old: int, new: int) -> None:
        if old == new:
            return
        service, undo = where[0], self.undo
        hit = self.hit.get(service, 0)
        undo += ((self._tops, where, old or MISSING), (self.hit, service, hit))
        self.hit[service] = hit + new - old
        if new:
            self._tops[where] = new
            return
        del self._tops[where]
        undo.append((self._loads, where, self._loads.pop(where)))

    # -- crossing

    def _look(self, outage: Outage, table: Table) -> None:
        """Let a table cross what is to be crossed at this moment."""
        crossed = table.cautious if self.options.cautious else table.literal
        known = len(crossed)
        hit, hit_after = table.total(self._peak_hit), table.total(self.hit)
        table.look(self.moment, hit, hit_after, self.undo)
        if len(crossed) > known:
            for cell in list(crossed)[known:]:
                self._add(outage, self._crossing(table.rule, cell, table))

    def _raise_effects(self, outage: Outage, alarm: Alarm) -> None:
        for effect in alarm.effects:
            for rule in outage.effect_rules.get(effect[0], ()):
                if (rule.rule, effect) not in outage.crossings:
                    self._add(outage, self._crossing(rule, effect))

    def _add(self, outage: Outage, crossing: Crossing) -> None:
        key = crossing.key
        self.undo += (
            (outage.crossings, key, MISSING),
            (self._fresh, None, None),
            (self, "crossed", self.crossed),
        )
        self.crossed = self.moment
        outage.crossings[key] = crossing
        self._fresh.append(crossing)
        self.found.append((outage, key))

    def _crossing(self, rule: AnyRule, cell: CellKey, table: Table | None = None) -> Crossing:
        """Describe a cell as it is crossed at this moment."""
        affected = table.affected(self._peak_hit) if table else ()
        return Crossing(rule, cell, self.moment, affected, not self._unplanned_now)
