"""What an audit is about: what must have been published, and what was found."""

from typing import Any, Final, Literal

from msgspec import Struct
from msgspec.json import Encoder

from monitor.core.notification import Notification
from monitor.messages.notification import notification_fields

Kind = Literal["missing", "extra", "late", "altered", "rules", "overdue", "done_late"]
#: In this order findings are told.
KINDS: Final[tuple[Kind, ...]] = (
    "rules", "missing", "late", "altered", "extra", "overdue", "done_late",
)  # fmt: skip
Fields = dict[str, Any]

#: One spelling for one value.
canonical: Final = Encoder(order="deterministic").encode


class Expected(Struct, frozen=True, kw_only=True):
    """A notification that the recorded input calls for."""

    fields: Fields
    crossed_us: int
    detected_us: int
    first_us: int
    #: the record of inputs whose handling published it; None: from files of alarms
    partition: int | None = None
    offset: int | None = None


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that is not as the input says."""

    kind: Kind
    #: one sentence for a person
    says: str
    outage_key: str = ""
    rule: str = ""
    cell: Fields | None = None
    outage_id: str = ""
    crossed_at: str | None = None
    #: the crossing, or the obligation
    id: str = ""
    revision: int | None = None
    #: file and line of what was recorded
    place: str | None = None
    #: by name of the field: what it must be, and what it is
    fields: dict[str, dict[str, Any]] = {}
    late_seconds: float | None = None


class NotChecked(Struct, frozen=True, kw_only=True):
    """Something that the recordings cannot prove, and why."""

    reason: str
    outage_key: str
    rule: str
    cell: Fields | None
    crossed_at: str | None
    id: str
    place: str | None = None


def expected(n: Notification, partition: int | None = None, offset: int | None = None) -> Expected:
    """Return what a notification of the core must look like."""
    return Expected(
        fields=notification_fields(n),
        crossed_us=n.crossed_at_us,
        detected_us=n.detected_at_us,
        first_us=n.first_onset_us,
        partition=partition,
        offset=offset,
    )


def same(one: Any, other: Any) -> bool:
    """Whether two values are written alike: 1 is neither 1.0 nor true."""
    return bool(one == other) and canonical(one) == canonical(other)


def cell_of(fields: Fields) -> str:
    """Return a cell as one text; a target that is empty is none."""
    cell = {n: value for n, value in fields["cell"].items() if value is not None and value != ""}
    return canonical(cell).decode()


def what(fields: Fields) -> tuple[str, str, str]:
    """Return what was crossed: outage key, rule, cell."""
    return (fields["outage_key"], fields["rule"], cell_of(fields))


def by_time(text: str | None) -> str:
    """Return what sorts like the time: a fraction of a second comes after none."""
    return (text or "").removesuffix("Z")


def spoken(fields: Fields) -> str:
    """Name a crossing in a sentence."""
    cell = fields["cell"]
    if "effect" in cell:
        named = " ".join(str(part) for part in (cell["effect"], cell.get("target")) if part)
    else:
        duration = cell.get("duration") or "any duration"
        named = f"{duration}, {cell.get('end_users')} end-users"
    return f"{fields['rule']} ({named}) of {fields['outage_key']} at {fields['crossed_at']}"
