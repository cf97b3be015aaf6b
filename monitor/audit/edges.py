"""The edges of recordings: what lies beyond them cannot be found missing, nor extra."""

from collections.abc import Mapping
from typing import NamedTuple

from monitor.audit.lawful import Lawful
from monitor.audit.model import Expected, Fields
from monitor.audit.told import Told
from monitor.formats.instant import time_us

_BEFORE = "the outage was open before the recorded input begins"
_PERHAPS = (
    "an older outage of this key was published before the recorded input begins, and had crossed "
    "the same; whether that was open still cannot be told"
)
_EARLIER = "it was published before the recorded input begins"
_AFTER_INPUT = "it was published after the recorded input ends"
_BEYOND = (
    "it was crossed after the last recorded alarm: --until lets the clock run on, if no alarm "
    "came after it"
)
_NOT_YET = "the input that calls for it had not been decided upon when it was recorded"
_NO_NOTIFICATIONS = "the recorded notifications do not cover the time when it was published"
_LEFT_ALONE = "the program fails on this outage key, and leaves it alone"
_OTHER_RULES = "other rules decided when it was published"


class Edges(NamedTuple):
    """What the recordings cover."""

    #: keys of outages that were open before the input begins
    open_keys: frozenset[str] = frozenset()
    #: outages from before the input begins
    older: frozenset[str] = frozenset()
    #: crossings that may be of an outage that was open before the input begins
    perhaps: frozenset[str] = frozenset()
    #: what the rules at hand can call for
    lawful: Lawful = Lawful()
    #: keys on which the program fails
    left_alone: frozenset[str] = frozenset()
    #: the outages that are open when the input ends
    still_open: frozenset[str] = frozenset()
    #: time of arrival or of the network, from which and up to which there is input
    begin_us: int | None = None
    end_us: int | None = None
    #: offsets below this were decided upon, by partition of inputs
    decided_to: Mapping[int, int] = {}
    #: the range of the recorded notifications, where it is known
    told_from_us: int | None = None
    told_to_us: int | None = None
    #: rules of before: until when other rules decided
    other_rules_until_us: int | None = None
    #: whether times are those of arrival (recorded inputs), not of the network (alarms)
    arrival: bool = False

    def of_key(self, fields: Fields) -> str | None:
        """Say why nothing can be said of an outage key."""
        key = fields.get("outage_key")
        if key in self.left_alone:
            return _LEFT_ALONE
        if key in self.open_keys:
            return _BEFORE
        return _PERHAPS if fields.get("crossing_id") in self.perhaps else None

    def surplus_duty(self, fields: Fields) -> str | None:
        """Say why nobody can say that an obligation should not be there; None: it should not."""
        if (reason := self.of_key(fields)) is not None:
            return reason
        if fields.get("outage_id") in self.older:
            return _BEFORE
        times_us = [_time_us(fields.get(name)) for name in ("crossed_at", "detected_at")]
        known_us = [time for time in times_us if time is not None]
        if known_us and self.begin_us is not None and min(known_us) < self.begin_us:
            return _EARLIER
        return None

    def missing(self, one: Expected) -> str | None:
        """Say why nobody can say that it is missing; None: it is."""
        if (reason := self.of_key(one.fields)) is not None:
            return reason
        if one.partition is not None and one.offset is not None:
            decided_to = self.decided_to.get(one.partition)
            if decided_to is not None and one.offset >= decided_to:
                return _NOT_YET
        if self.told_from_us is not None and one.detected_us < self.told_from_us:
            return _NO_NOTIFICATIONS
        if self.told_to_us is not None and one.detected_us >= self.told_to_us:
            return _NO_NOTIFICATIONS
        return None

    def surplus(self, one: Told) -> str | None:
        """Say why nobody can say that it should not be there; None: it should not."""
        if self.lawful.never(one.fields):
            return None
        if (reason := self.of_key(one.fields)) is not None:
            return reason
        if self._by_other_rules(one):
            return _OTHER_RULES
        return self._of_arrival(one) if self.arrival else self._of_network(one)

    def _by_other_rules(self, one: Told) -> bool:
        until_us = self.other_rules_until_us
        return until_us is not None and one.detected_us < until_us

    def _of_arrival(self, one: Told) -> str | None:
        if self.begin_us is not None and one.detected_us < self.begin_us:
            return _EARLIER
        if self.end_us is not None and one.detected_us > self.end_us:
            return _AFTER_INPUT
        return None

    def _of_network(self, one: Told) -> str | None:
        if self.begin_us is not None and one.first_us < self.begin_us:
            return _BEFORE
        if self.end_us is None or one.crossed_us <= self.end_us:
            return None
        key = one.fields["outage_key"]
        if key in self.still_open or one.first_us > self.end_us:
            return _BEYOND
        # Its outage is said to have begun within the recorded input, which does not know it.
        return None

    def altered(self, one: Told) -> str | None:
        """Say why nobody can say that it was altered; None: it was."""
        reason = self.of_key(one.fields)
        if reason is not None and reason != _PERHAPS:
            return reason
        return _OTHER_RULES if self._by_other_rules(one) else None


def _time_us(text: object) -> int | None:
    try:
        return time_us(text) if isinstance(text, str) else None
    except ValueError:
        return None
