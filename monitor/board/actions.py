"""What a person did on the board, as a record of `obligation.actions.v1`."""

from typing import Annotated, Final
from uuid import uuid4

from msgspec import Meta, Struct
from msgspec.json import decode

from monitor.actions.message import ID_MOST, WHO_MOST, ActionMessage, plain
from monitor.board.state import ACKNOWLEDGED
from monitor.core.written import time_text

_NOTE_MOST: Final = 500
_TOGETHER_MOST: Final = 200

Id = Annotated[str, Meta(min_length=1, max_length=ID_MOST)]


class Seen(Struct, frozen=True):
    """A revision of a crossing that somebody has seen."""

    crossing_id: Annotated[str, Meta(min_length=1, max_length=100)]
    revision: Annotated[int, Meta(ge=0)] = 0


class Acknowledgement(Struct, frozen=True, forbid_unknown_fields=True):
    """What the page sends: which crossings were seen, by whom (where no login says so), a note."""

    outage_id: Id
    crossings: Annotated[list[Seen], Meta(min_length=1, max_length=_TOGETHER_MOST)]
    who: Annotated[str, Meta(max_length=WHO_MOST)] | None = None
    note: Annotated[str, Meta(max_length=_NOTE_MOST)] | None = None


def read_acknowledgement(body: bytes) -> Acknowledgement:
    """Read what the page sends; raises ValueError."""
    return decode(body, type=Acknowledgement)


def acknowledged(asked: Acknowledgement, who: str, now_us: int) -> list[ActionMessage]:
    """Return an action for each crossing."""
    return [
        ActionMessage(
            action_id=str(uuid4()),
            kind=ACKNOWLEDGED,
            outage_id=asked.outage_id,
            crossing_id=seen.crossing_id,
            revision=seen.revision,
            at=time_text(now_us),
            who=who,
            note=plain(asked.note) or None,
        )
        for seen in asked.crossings
    ]
