"""Late events that are put off, because they cannot matter yet.

Sources disagree by seconds. To fold recent history again for each late event would cost many times
the price of perfect order, so late events wait until several can be folded in at once. They wait
only while it is certain that what is published would be the same with them as without them:

1. They lie in the outage that is open now, which began before them, as did the instant in its id,
   and so recently that no gap as long as the merge gap can lie between them and the clock: ids and
   first onsets stay.
2. Nothing was crossed since the first of them: nothing published can move or fall.
3. Neither they nor later events of their alarms, which they may change, carry an effect.
4. Even if all end-users of these were hit in addition, from the episode's onset on, no cell that
   is still open would be crossed. The moment at which one could be is the end of the waiting.

Whoever publishes asks first, and whoever lets time pass stops at that moment (`Domain.resolve`).
"""

from collections.abc import Iterable

from monitor.core.event import AlarmId, Event
from monitor.core.fold import Fold
from monitor.core.moment import at
from monitor.core.table import Table

#: As a moment: they must not wait at all.
NOW = -(1 << 61)


class Deferred:
    """The events put off, in order of arrival."""

    def __init__(self) -> None:
        """Start with none."""
        self.events: list[Event] = []
        self.alarms: set[AlarmId] = set()
        self.from_us = 0
        #: the moment up to which they may wait
        self.until = NOW
        self._end_users: dict[str, int] = {}
        self._plain = True

    def add(self, event: Event, later: Iterable[Event]) -> None:
        """Put off an event; `later` are the known events of its alarm that come after it."""
        self.from_us = min(self.from_us, event.time_us) if self.events else event.time_us
        self.events.append(event)
        self.alarms.add(event.alarm)
        self._reckon(event)
        for changed in later:
            self._reckon(changed)

    def _reckon(self, event: Event) -> None:
        """Note the most that an event could do."""
        self._plain = self._plain and not (event.effects or event.element_effects)
        impact = event.element_impact if event.impact is None else event.impact
        for service, _, end_users in () if event.action == "clear" else impact:
            self._end_users[service] = self._end_users.get(service, 0) + end_users

    def check(self, fold: Fold, window_us: int) -> None:
        """Work out up to which moment they may wait, seeing the fold over all other events."""
        outage = fold.outages[-1] if fold.outages else None
        since = at(self.from_us)
        self.until = NOW
        if (
            outage is None
            or not self._plain
            or outage.end_us is not None
            or self.from_us < outage.first_onset_us
            or (outage.named_us is not None and self.from_us < outage.named_us)
            or fold.crossed >= since
        ):
            return
        cautious = fold.options.cautious
        until = since + 2 * window_us
        for table in outage.tables:
            until = min(until, self._could_cross(table, since, cautious=cautious))
        self.until = until

    def _could_cross(self, table: Table, since: int, *, cautious: bool) -> int:
        """Return the earliest moment at which an open cell could be crossed with them."""
        if table.count:
            if table.onset > since:
                return NOW  # they could join this episode to one before it
            since = table.onset
        most = table.count + sum(self._end_users.get(s, 0) for s in table.services)
        crossed = table.cautious if cautious else table.literal
        return min(
            (
                since + wait
                for cell, (wait, need) in enumerate(table.cells)
                if need <= most and cell not in crossed
            ),
            default=1 << 62,
        )
