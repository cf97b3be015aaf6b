"""What somebody did, as it stands on `obligation.actions.v1`: JSON, the outage id as its key."""

from typing import Final

from msgspec import Struct
from msgspec.json import encode

from monitor.core.duty_state import Action, ActionKind
from monitor.formats.instant import time_us

#: The longest texts, in characters.
WHO_MOST: Final = 80
REFERENCE_MOST: Final = 200
NOTE_MOST: Final = 2000
ID_MOST: Final = 400
#: So many alarms can be named in one clear; more of them in more clears, or all of the outage.
ALARMS_MOST: Final = 200


class AlarmName(Struct, frozen=True):
    """An alarm that is cleared."""

    source: str
    alarm_id: str


class ActionMessage(Struct, frozen=True, kw_only=True):
    """One value of the topic; see docs/actions.md."""

    action_id: str
    kind: ActionKind
    outage_id: str
    #: the id of an obligation, or of a step; None: all obligations of the outage
    obligation: str | None = None
    #: what was seen, of an acknowledgement: a revision of a crossing
    crossing_id: str | None = None
    revision: int | None = None
    #: when it was recorded, and when it was done if that is another time
    at: str
    done_at: str | None = None
    who: str
    reference: str | None = None
    #: of a clear the reason
    note: str | None = None
    corrects: str | None = None
    #: only of a clear; None: all alarms of the outage
    alarms: tuple[AlarmName, ...] | None = None

    @property
    def outage_key(self) -> str:
        """What says where the outage is counted: all before the last `@` of its id."""
        return self.outage_id.rpartition("@")[0]

    @property
    def seen(self) -> int:
        """The revision of the crossing that was seen; if none is named, the first."""
        return self.revision or 0

    @property
    def latest_us(self) -> int:
        """The latest time that it speaks of."""
        return time_us(max((self.at, self.done_at or self.at), key=time_us))


def written(action: ActionMessage) -> bytes:
    """Return the value of the record."""
    return encode(action)


def core_action(message: ActionMessage) -> Action:
    """Return what the core is told; which crossing was seen is of the board alone."""
    return Action(
        action_id=message.action_id,
        kind=message.kind,
        outage_id=message.outage_id,
        obligation=message.obligation or "",
        recorded_us=time_us(message.at),
        who=message.who,
        done_us=None if message.done_at is None else time_us(message.done_at),
        reference=message.reference,
        text=message.note,
        corrects=message.corrects,
        alarms=tuple((alarm.source, alarm.alarm_id) for alarm in message.alarms or ()),
    )


def plain(text: str | None) -> str:
    """Return a person's text on one line, without what cannot be printed."""
    kept = "".join(c if c.isprintable() else " " for c in text or "")
    return " ".join(kept.split())
