"""What follows from a record of inputs, and what is known when the program fails on it."""

from typing import NamedTuple

from msgspec import Struct

from monitor.core.duties import Forgotten
from monitor.core.duty_act import Problem
from monitor.core.duty_state import Obligation, Taken
from monitor.core.notification import Notification
from monitor.ingest.envelope import ActionItem, InputRecord, Item


class FaultError(Exception):
    """Raised when the program itself fails on a record; what of it is known by then."""

    def __init__(
        self, offset: int, record: InputRecord, outage_key: str | None, error: Exception
    ) -> None:
        """Take the record, the outage key that was worked on, and what it failed with."""
        super().__init__(f"offset {offset}, outage key {outage_key}: {error!r}")
        self.offset, self.record, self.outage_key, self.error = offset, record, outage_key, error
        #: the number of the item, if it was one; or of the action
        self.item: int | None = None
        self.action: int | None = None
        #: whether it failed on the obligations of the key, its alarms being counted already
        self.duties = False


class Left(NamedTuple):
    """An item that was left out, as the program fails on it."""

    item: Item
    error: Exception


class Refused(NamedTuple):
    """An action that cannot be taken; or that was left out, as the program fails on it."""

    item: ActionItem
    why: Problem | Exception


class Moved(NamedTuple):
    """An obligation that changed; `at_us` is the time stamp of the record that made it."""

    obligation: Obligation
    #: whether it has to be published
    visible: bool
    at_us: int


class Applied(Struct):
    """What follows from a record."""

    notifications: list[Notification] = []
    moved: list[Moved] = []
    #: actions, as they were taken for each obligation
    taken: list[Taken] = []
    refused: list[Refused] = []
    forgotten: list[Forgotten] = []

    @property
    def obligations(self) -> list[Obligation]:
        """The obligations to be published, in their order."""
        return [moved.obligation for moved in self.moved if moved.visible]

    def add(self, more: "Applied") -> None:
        """Take what follows from the next record, too."""
        self.notifications += more.notifications
        self.moved += more.moved
        self.taken += more.taken
        self.refused += more.refused
        self.forgotten += more.forgotten
