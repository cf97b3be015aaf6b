"""What the output topics say, gathered in memory: read anew from the beginning it is the same.

Pure: records go in, documents and differences come out. Nothing here waits or writes.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, Final, TypeVar

from msgspec import Struct, ValidationError

from monitor.actions.message import ActionMessage
from monitor.board.history import Point, continued, points_of
from monitor.board.patch import difference
from monitor.board.records import (
    NotificationRecord,
    StatusRecord,
    read_action,
    read_notification,
    read_obligation,
    read_status,
)
from monitor.board.rows import Row, crossing_row, obligation_row, outage_row
from monitor.core.duty_state import ActionKind
from monitor.formats.instant import time_us

#: So many crossings at most are on the page; all are in the exports.
FEED_MOST: Final = 300
ACKNOWLEDGED: Final[ActionKind] = "acknowledged"
#: Whoever does one of these has seen what called for it.
_ANSWERS: Final = ("acknowledged", "submitted")
_Record = TypeVar("_Record")


class Outage(Struct):
    """One outage: its last status, as it came and as it was read."""

    value: bytes
    status: StatusRecord
    points: list[Point]


class Crossing(Struct):
    """One crossing: every revision that came, the last one being the truth."""

    values: list[bytes]
    last: NotificationRecord
    #: how many notifications had come with it
    arrived: int


class State:
    """Everything that the page and the API show."""

    def __init__(self) -> None:
        """Start with nothing read."""
        self.outages: dict[str, Outage] = {}
        self.crossings: dict[str, Crossing] = {}
        self.by_outage: dict[str, dict[str, None]] = {}
        self._acknowledged: dict[str, ActionMessage] = {}
        self.actions: dict[str, dict[str, ActionMessage]] = {}
        self.obligations: dict[str, dict[str, Any]] = {}
        #: records that could not be read, by what they should have been
        self.unreadable: Counter[str] = Counter()
        self.notifications = 0
        self._versions: Counter[str] = Counter()
        self._feed: dict[str, None] = {}
        self._shown: dict[str, dict[str, Row]] = {
            "outages": {},
            "crossings": {},
            "obligations": {},
        }
        self._dirty: dict[str, dict[str, None]] = {part: {} for part in self._shown}

    # -- records

    def take_status(self, outage_id: str, value: bytes | None) -> None:
        """Take a status, or its deletion."""
        if value is None:
            self.outages.pop(outage_id, None)
        elif (status := self._read("status", read_status, value)) is not None:
            known = self.outages.get(outage_id)
            points = continued(known.points if known else (), points_of(status.series))
            self.outages[outage_id] = Outage(value, status, points)
        self._touch(outage_id)

    def take_notification(self, value: bytes) -> None:
        """Take a revision of a crossing; a repeat changes nothing."""
        said = self._read("notification", read_notification, value)
        if said is None:
            return
        name, known = said.crossing_id, self.crossings.get(said.crossing_id)
        if known is not None and said.revision <= known.last.revision:
            return
        self.notifications += 1
        values = [*known.values, value] if known else [value]
        self.crossings[name] = Crossing(values, said, self.notifications)
        self.by_outage.setdefault(said.outage_id, {})[name] = None
        self._feed.pop(name, None)
        self._feed[name] = None
        self._dirty["crossings"][name] = None
        self._touch(said.outage_id)

    def take_action(self, value: bytes) -> None:
        """Take what somebody did; only an acknowledgement changes what is shown of a crossing."""
        action = self._read("action", read_action, value)
        if action is None:
            return
        # Written twice, by a sender that tried again, it is still one action.
        self.actions.setdefault(action.outage_id, {}).setdefault(action.action_id, action)
        if action.kind == ACKNOWLEDGED and action.crossing_id is not None:
            known = self._acknowledged.get(action.crossing_id)
            if known is None or known.seen < action.seen:
                self._acknowledged[action.crossing_id] = action
        for name in self.by_outage.get(action.outage_id, ()):
            self._dirty["crossings"][name] = None
        self._touch(action.outage_id)

    def take_obligation(self, obligation_id: str, value: bytes | None) -> None:
        """Take how an obligation stands, or its deletion."""
        said = None if value is None else self._read("obligation", read_obligation, value)
        before = self.obligations.pop(obligation_id, {})
        if said is not None:
            self.obligations[obligation_id] = said
        self._dirty["obligations"][obligation_id] = None
        for outage_id in {before.get("outage_id"), (said or {}).get("outage_id")}:
            self._touch(str(outage_id))
            for name in self.by_outage.get(str(outage_id), ()):
                self._dirty["crossings"][name] = None

    def _read(self, what: str, read: Callable[[bytes], _Record], value: bytes) -> _Record | None:
        try:
            return read(value)
        except (ValidationError, ValueError):
            self.unreadable[what] += 1
            return None

    def _touch(self, outage_id: str) -> None:
        self._versions[outage_id] += 1
        self._dirty["outages"][outage_id] = None

    # -- what is shown

    def acknowledged(self, name: str) -> ActionMessage | None:
        """Return the action that shows that somebody has seen the last revision of a crossing.

        Named by the crossing, as the board does; or about a duty that it called for, done after it
        was told.
        """
        last = self.crossings[name].last
        known = self._acknowledged.get(name)
        if known is not None and known.seen >= last.revision:
            return known
        told_us = time_us(last.detected_at)
        for action in self.actions.get(last.outage_id, {}).values():
            if self._answers(action, last) and time_us(action.at) >= told_us:
                return action
        return None

    def _answers(self, action: ActionMessage, said: NotificationRecord) -> bool:
        """Whether an action is about a duty that a crossing calls for."""
        if action.crossing_id is not None or action.kind not in _ANSWERS:
            return False
        about = action.obligation
        steps = (self.obligations.get(name, {}).get("step") for name in said.obligations)
        return about is None or about in said.obligations or about in steps

    def version(self, outage_id: str) -> int:
        """Return a number that grows with whatever is said of an outage."""
        return self._versions[outage_id]

    def changes(self) -> dict[str, Any]:
        """Return what changed on the page since this was last asked, as a merge patch."""
        while len(self._feed) > FEED_MOST:
            oldest = next(iter(self._feed))
            del self._feed[oldest]
            self._dirty["crossings"][oldest] = None
        rows = {"outages": self._row, "crossings": self._crossing, "obligations": self._obligation}
        changed: dict[str, Any] = {}
        for part, dirty in self._dirty.items():
            if patch := self._part(part, dirty, rows[part]):
                changed[part] = patch
            dirty.clear()
        return changed

    def _part(
        self, part: str, dirty: dict[str, None], row_of: Callable[[str], Row | None]
    ) -> dict[str, Any]:
        shown = self._shown[part]
        patch: dict[str, Any] = {}
        for name in dirty:
            row, was = row_of(name), shown.get(name)
            if row is None:
                if was is not None:
                    patch[name] = None
                    del shown[name]
                continue
            shown[name] = row
            if (inner := row if was is None else difference(was, row)) or was is None:
                patch[name] = inner
        return patch

    def document(self) -> dict[str, Any]:
        """Return the page as the last changes left it, with the history of each count."""
        outages = {
            outage_id: row | {"history": self.outages[outage_id].points}
            for outage_id, row in self._shown["outages"].items()
            if outage_id in self.outages
        }
        return {**self._shown, "outages": outages}

    @property
    def open_outages(self) -> int:
        """How many outages the page shows."""
        return len(self._shown["outages"])

    @property
    def unacknowledged(self) -> int:
        """How many notifications stand that nobody has acknowledged."""
        return sum(
            crossing.last.type != "withdrawn" and self.acknowledged(name) is None
            for name, crossing in self.crossings.items()
        )

    @property
    def input_complete(self) -> bool:
        """Whether no outage on the page says that its input is not."""
        return all(row["input_complete"] for row in self._shown["outages"].values())

    def _row(self, outage_id: str) -> Row | None:
        outage = self.outages.get(outage_id)
        if outage is None or outage.status.state != "open":
            return None
        last = outage.points[-1] if outage.points else None
        return outage_row(outage.status, last, self._versions[outage_id])

    def _crossing(self, name: str) -> Row | None:
        crossing = self.crossings.get(name)
        if crossing is None or name not in self._feed:
            return None
        return crossing_row(crossing.last, crossing.arrived, self.acknowledged(name))

    def _obligation(self, name: str) -> Row | None:
        obligation = self.obligations.get(name)
        return None if obligation is None else obligation_row(obligation)
