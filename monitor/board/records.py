"""The records that the board reads, each checked before anything of it is shown."""

from typing import Any

from msgspec import Struct, field
from msgspec.json import decode

from monitor.actions import reading
from monitor.actions.message import ActionMessage
from monitor.messages.rule_status import Counts
from monitor.messages.status import SeriesColumns, Standing


class StatusRecord(Standing, frozen=True, kw_only=True):
    """One value of `outage.status.v1`; fields that are not known are passed over."""

    series: SeriesColumns = field(default_factory=SeriesColumns)
    as_of: str


class NotificationRecord(Struct, frozen=True, kw_only=True):
    """One value of `notification.required.v1`."""

    crossing_id: str
    revision: int
    type: str
    initial: bool
    authority: str
    policy: str
    rule: str
    cell: dict[str, str | int | None]
    service: str | None = None
    outage_id: str
    outage_key: str
    country: str
    first_onset: str
    crossed_at: str
    detected_at: str
    affected: dict[str, Counts] = {}
    reading: str = ""
    literal_met: bool = False
    reason: str = ""
    planned: bool = False
    input_complete: bool = True
    obligations: list[str] = []
    superseded_by: str | None = None


def read_status(value: bytes) -> StatusRecord:
    """Read a status; raises ValueError if it is none."""
    return decode(value, type=StatusRecord)


def read_notification(value: bytes) -> NotificationRecord:
    """Read a notification; raises ValueError if it is none."""
    return decode(value, type=NotificationRecord)


def read_action(value: bytes) -> ActionMessage:
    """Read an action; raises ValueError if it is none."""
    message, reject = reading.read_action(value)
    if message is None:
        raise ValueError(reject)
    return message


def read_obligation(value: bytes) -> dict[str, Any]:
    """Read an obligation: whatever fields it has, of which the board shows those that it knows."""
    return decode(value, type=dict[str, Any])
