"""What every format reads into: one alarm event, validated, before the inventory adds to it."""

from msgspec import Struct

from monitor.core.event import Action, Effect, Impact


class NativeAlarm(Struct, frozen=True, gc=False):
    """One alarm event as its sender wrote it; None: left out."""

    source: str
    alarm_id: str
    action: Action
    time_us: int
    sequence: int
    element: str
    country: str | None
    incident: str | None
    severity: str | None
    probable_cause: str | None
    planned: bool | None
    impact: tuple[Impact, ...] | None
    effects: tuple[Effect, ...] | None
    #: the entries that were left out, as canonical text, so that a repeat is known as one
    left_out: str
