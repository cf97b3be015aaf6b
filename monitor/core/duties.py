"""The duties of one partition: what must be done about its outages, until when, and what was done.

    duties = Duties(book)
    for record in records:
        said = step(book, record, stamp_us)
        changes = duties.take(said, stamp_us)

They follow from what was published about crossings, from when the outages ended, from what people
say that they did (`act`), and from the clock of the book: read again in the same order, the same
follows. A record that changes nothing about them costs one look into a set.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from heapq import heappop, heappush
from typing import NamedTuple

from msgspec.structs import replace

from monitor.core.duty_act import Outcome, Problem, chosen, mismatch, refused
from monitor.core.duty_count import counted
from monitor.core.duty_deeds import deeds_of
from monitor.core.duty_kin import absorbed, face, heirs, order, over
from monitor.core.duty_standing import Facts, overdue, stand
from monitor.core.duty_state import Action, Change, Deed, Obligation, Taken
from monitor.core.moment import just_after
from monitor.core.notification import Notification
from monitor.core.step import Book


class Forgotten(NamedTuple):
    """An obligation that was forgotten, and of how many actions."""

    obligation: Obligation
    actions: int


#: The obligations of one outage key, by id.
_Group = dict[str, Obligation]
#: When the outages of a key ended (None: not yet), by the instant in the id.
_Ends = dict[int | None, int | None]


class Duties:
    """All obligations about the outages of one partition."""

    def __init__(self, book: Book) -> None:
        """Start with none; the book is asked how its outages stand."""
        self._book = book
        #: the outage key that is worked on: of use when the program itself fails
        self.at_key: str | None = None
        self._groups: dict[str, _Group] = {}
        #: by the id of the obligation, then of the action, in the order in which they came
        self._taken: dict[str, dict[str, Taken]] = {}
        #: by outage key: ids of the obligations that begin with the end of an outage
        self._watched: dict[str, set[str]] = {}
        self._dues: list[tuple[int, str, str]] = []
        self._open: dict[str, Obligation] = {}

    def __iter__(self) -> Iterator[Obligation]:
        """Yield all obligations, also those that nobody was told of yet."""
        for group in self._groups.values():
            yield from group.values()

    @property
    def open(self) -> Collection[Obligation]:
        """The obligations that have still to be done."""
        return self._open.values()

    def restore(self, obligations: Iterable[Obligation], taken: Iterable[Taken]) -> None:
        """Begin where others stood, with the last of each that they gave to be written down."""
        for obligation in obligations:
            self._put(obligation)
        for each in sorted(taken, key=lambda t: t.number):
            self._taken.setdefault(each.obligation_id, {})[each.action.action_id] = each

    # -- the clock

    @property
    def due(self) -> int | None:
        """The next moment at which the passing of time alone makes a duty overdue."""
        while self._dues and self._due_at(self._dues[0]) is None:
            heappop(self._dues)
        return self._dues[0][0] if self._dues else None

    def _overdue(self) -> list[Change]:
        """Look at what became overdue up to the clock of the book."""
        changes: list[Change] = []
        if not self._dues or self._dues[0][0] > self._book.clock:
            return changes
        while (moment := self.due) is not None and moment <= self._book.clock:
            if (known := self._due_at(heappop(self._dues))) is not None:
                self.at_key = known.outage_key
                changes += self._changed(known, overdue(known))
        return changes

    def _due_at(self, entry: tuple[int, str, str]) -> Obligation | None:
        """Return the obligation of a deadline; None if the deadline does not hold any more."""
        moment, key, name = entry
        known = self._groups.get(key, {}).get(name)
        if known is None or known.state != "due" or just_after(known.due_us) != moment:
            return None
        return known

    # -- crossings and restoration

    def take(self, said: Sequence[Notification], stamp_us: int) -> list[Change]:
        """Take what a record made the book say, and how its outages stand after it.

        `stamp_us` is the time stamp of the record: since when somebody knows.
        """
        changes = self._overdue()
        touched = self._touched()
        if not (said or touched):
            return changes
        before = dict[str, _Group]()
        for notification in said:
            self.at_key = notification.outage_key
            group = self._groups.get(notification.outage_key, {})
            before.setdefault(notification.outage_key, dict(group))
            for now in list(counted(notification, group, self._book.law.steps)):
                self._put(now)
        for key in sorted(before.keys() | touched):
            changes += self._look(key, before.get(key), stamp_us)
        return changes

    def _touched(self) -> set[str]:
        """Return the keys in which an outage that duties hang on may have ended, or gone on."""
        changes = self._book.changes
        if changes is None:
            return set(self._watched)
        if not changes.fresh:
            return set()
        fresh, changes.fresh = changes.fresh, set()
        return self._watched.keys() & fresh

    def _look(self, key: str, before: _Group | None, stamp_us: int) -> list[Change]:
        """Look at the duties of a key about which something was said, or an outage may have ended.

        `before` is how they stood, if anything was said.
        """
        self.at_key = key
        group, ends = self._groups.get(key, {}), self._ends(key)
        ended = self._ended(key, ends)
        if before is None and not ended:
            return []
        old = dict(group) if before is None else before
        for now in ended:
            self._put(now)
        moved = [now for name, now in group.items() if now is not old.get(name)]
        return self._settle(key, old, moved, ends, stamp_us)

    def _ends(self, key: str) -> _Ends:
        book = self._book
        outages = list(book.changes.closed.get(key, ())) if book.changes else []
        if publisher := book.publishers.get(key):
            outages += publisher.domain.live.outages
        return {outage.named_us: outage.end_us for outage in outages}

    def _ended(self, key: str, ends: _Ends) -> list[Obligation]:
        """Return the duties whose outage has ended, or goes on, with when that was."""
        found, gap_us = [], self._book.options.merge_gap_us
        for now in [self._groups[key][name] for name in self._watched.get(key, ())]:
            if now.named_us not in ends:
                self._unwatch(now)  # nothing can change that outage any more
            elif (ended_us := ends[now.named_us]) != now.restored_us:
                until_us = None if ended_us is None else ended_us + gap_us
                found.append(replace(now, restored_us=ended_us, provisional_until_us=until_us))
        return found

    def _settle(
        self, key: str, old: _Group, moved: Iterable[Obligation], ends: _Ends, stamp_us: int
    ) -> list[Change]:
        """Work out how the duties stand that moved, and those that take over from them."""
        group, names = self._groups.get(key, {}), dict.fromkeys(n.obligation_id for n in moved)
        for name in list(names):
            names |= dict.fromkeys(heirs(group, group[name]))
            if name in old:
                names |= dict.fromkeys(heirs(group, old[name]))
        changes: list[Change] = []
        # Those that are not called for come first: what is known of them counts for their heirs.
        for now in sorted((group[name] for name in names), key=order):
            was = old.get(now.obligation_id)
            facts = self._facts(now, ends.get(now.named_us), stamp_us)
            changes += self._changed(was, stand(was or now, now, facts))
        return changes

    def _facts(self, now: Obligation, ended_us: int | None, stamp_us: int) -> Facts:
        before = absorbed(self._groups[now.outage_key], now)
        return Facts(
            step=self._book.law.steps.named(now.step, now.first_onset_us),
            ended_us=ended_us,
            absorbed=before,
            deeds=[d for each in (now, *before) for d in self._deeds(each, now)],
            clock=self._book.clock,
            cause_us=stamp_us,
        )

    # -- what people did

    def act(self, action: Action) -> Outcome:
        """Take an action; one that comes again changes nothing."""
        self.at_key = key = action.outage_key
        named = self.about(action)
        if isinstance(named, Problem):
            return refused(named)
        taken = [deed for each in named if (deed := self._note(each, action)) is not None]
        if not taken:
            return Outcome(None, [], [])
        old = dict(self._groups[key])
        return Outcome(None, taken, self._settle(key, old, named, {}, action.recorded_us))

    def about(self, action: Action) -> list[Obligation] | Problem:
        """Return the obligations that an action is about, or why it cannot be taken."""
        named = chosen(action, self._groups.get(action.outage_key, {}).values())
        if isinstance(named, Problem):
            return named
        for each in named:
            if problem := mismatch(action, self._taken.get(each.obligation_id, {})):
                return problem
        return named

    def _note(self, about: Obligation, action: Action) -> Taken | None:
        known = self._taken.setdefault(about.obligation_id, {})
        if action.action_id in known:
            return None
        taken = known[action.action_id] = Taken(about.obligation_id, len(known), action)
        return taken

    def _deeds(self, of: Obligation, about: Obligation) -> list[Deed]:
        """Return what was done about an obligation, as it counts for one that took over."""
        taken = self._taken.get(of.obligation_id)
        deeds = deeds_of(t.action for t in taken.values()) if taken else []
        if of.obligation_id == about.obligation_id:
            return deeds
        return [replace(deed, carried_from=of.obligation_id) for deed in deeds]

    # -- what is kept

    def forget(self, before_us: int) -> list[Forgotten]:
        """Forget what was over and done with before a time; return it."""
        return [self._drop(now) for now in list(self) if over(now, before_us)]

    def leave_alone(self, outage_key: str) -> None:
        """Know nothing any more of the obligations of an outage key."""
        for now in list(self._groups.get(outage_key, {}).values()):
            self._drop(now)

    def _drop(self, now: Obligation) -> Forgotten:
        self._unwatch(now)
        self._open.pop(now.obligation_id, None)
        group = self._groups[now.outage_key]
        del group[now.obligation_id]
        if not group:
            del self._groups[now.outage_key]
        return Forgotten(now, len(self._taken.pop(now.obligation_id, ())))

    def taken(self, obligation_id: str) -> list[Taken]:
        """Return the actions that were taken for an obligation."""
        return list(self._taken.get(obligation_id, {}).values())

    def _changed(self, was: Obligation | None, now: Obligation) -> Iterator[Change]:
        """Keep an obligation; yield it if it is not as it was."""
        visible = now.state != "waiting" and (was is None or face(was) != face(now))
        if visible:
            now = replace(now, revision=now.revision + 1)
        self._put(now)
        if now != was:
            yield Change(now, visible)

    def _put(self, now: Obligation) -> None:
        key, name = now.outage_key, now.obligation_id
        group = self._groups.setdefault(key, {})
        was = group.get(name)
        group[name] = now
        if now.open:
            self._open[name] = now
        else:
            self._open.pop(name, None)
        # A deadline that holds stands there already.
        noted = was is not None and was.state == "due" and was.due_us == now.due_us
        if now.state == "due" and not noted:
            heappush(self._dues, (just_after(now.due_us), key, name))
        if now.calls and now.after == "restoration":
            self._watched.setdefault(key, set()).add(name)
        else:
            self._unwatch(now)

    def _unwatch(self, now: Obligation) -> None:
        watched = self._watched.get(now.outage_key)
        if watched is not None:
            watched.discard(now.obligation_id)
            if not watched:
                del self._watched[now.outage_key]
