"""What the core says: a notification is required, corrected or withdrawn."""

from typing import Literal
from uuid import NAMESPACE_URL, uuid5

from msgspec import Struct

from monitor.core.event import Effect
from monitor.core.law import AnyRule, Cell
from monitor.core.written import duration_text, time_text

Kind = Literal["required", "corrected", "withdrawn"]


def outage_id(outage_key: str, named_us: int) -> str:
    """Return the id of an outage: its key and the first onset known when it was opened."""
    return f"{outage_key}@{time_text(named_us)}"


def crossing_id(outage: str, rule: str, cell: Cell | Effect) -> str:
    """Return the id of a crossing: the same for the same outage id, rule and cell, for ever."""
    if isinstance(cell, Cell):
        what = f"{duration_text(cell.duration_us) or 'any'}|{cell.end_users}"
    else:
        what = "|".join(cell)
    return str(uuid5(NAMESPACE_URL, f"{outage}|{rule}|{what}"))


class Notification(Struct, frozen=True, kw_only=True):
    """One revision of one crossing; times in microseconds since 1970."""

    crossing_id: str
    revision: int
    type: Kind
    initial: bool
    rule: AnyRule
    cell: Cell | Effect
    outage_id: str
    outage_key: str
    #: the instant in the outage's id
    named_us: int
    country: str
    first_onset_us: int
    crossed_at_us: int
    detected_at_us: int
    #: per service of the rule: (service, cautious, literal)
    affected: tuple[tuple[str, int, int], ...]
    reading: str
    literal_met: bool
    planned: bool
    policy_set: str
    superseded_by: str | None = None
    #: ids of the obligations that the crossing calls for
    obligations: tuple[str, ...] = ()
    #: false if the clock ran on without input when this was published
    input_complete: bool = True
