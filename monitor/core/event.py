"""What the core is told: alarm events, already read, validated, enriched and keyed."""

from typing import Literal

from msgspec import Struct

Action = Literal["raise", "change", "clear"]
#: (service, area, end_users): how many end-users of a service are hit in an area.
Impact = tuple[str, str, int]
#: (kind, target): an effect that a regulator names, for example an unreachable emergency number.
Effect = tuple[str, str]
#: (source, alarm_id): the identity of an alarm inside its outage key.
AlarmId = tuple[str, str]

#: The severities (X.733) at which an alarm carries the effects of its element.
EFFECTIVE_SEVERITIES = frozenset({"critical", "major"})


class Event(Struct, frozen=True, array_like=True, gc=False):
    """One event in the life of an alarm, with what the inventory added to it frozen in.

    Times are microseconds since 1970-01-01T00:00:00Z. `None` means that the sender left the field
    out. The same shape travels in the internal topic, so that a recorded input needs no inventory.
    """

    outage_key: str
    source: str
    alarm_id: str
    action: Action
    time_us: int
    sequence: int
    element: str
    severity: str | None
    planned: bool | None
    #: as given, entry by entry; the largest counts where a service and area come twice
    impact: tuple[Impact, ...] | None
    effects: tuple[Effect, ...] | None
    #: what the inventory says the element serves; counts when a raise gives no impact
    element_impact: tuple[Impact, ...]
    #: what the inventory says an outage of the element affects, while critical or major
    element_effects: tuple[Effect, ...]
    #: what else tells a repeat from another event: country and incident as given, odd entries
    remainder: str

    @property
    def alarm(self) -> AlarmId:
        """Identity of the alarm over its whole life."""
        return (self.source, self.alarm_id)

    def repeats(self, other: "Event") -> bool:
        """Whether this is `other` come again: all that its sender wrote is equal, as values."""
        return (
            self.time_us == other.time_us
            and self.sequence == other.sequence
            and self.action == other.action
            and self.element == other.element
            and self.severity == other.severity
            and self.planned_as_given == other.planned_as_given
            and self.impact == other.impact
            and self.effects == other.effects
            and self.remainder == other.remainder
        )

    @property
    def planned_as_given(self) -> bool | None:
        """Absent is false, but on a change, where it means unchanged and stays None."""
        return self.planned if self.action == "change" else bool(self.planned)
