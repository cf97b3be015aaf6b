"""A part of the work of an audit, as one process does it, and what it brings back."""

from collections.abc import Callable

from msgspec import Struct

from monitor.audit.model import Expected, Fields
from monitor.core.law import Law
from monitor.core.reading import Options
from monitor.enrich import Correlate

#: Is told how many bytes of the input were read.
Told = Callable[[int], None]


class Task(Struct, frozen=True, kw_only=True):
    """What one process is to do: its share of the outage keys."""

    #: recordings of inputs, in the order of their offsets; or recordings and files of alarms
    names: tuple[str, ...]
    recorded_inputs: bool
    inventory: str | None
    law: Law
    options: Options
    correlate: Correlate
    until_us: int | None
    #: this is number `number` of `jobs`
    number: int = 0
    jobs: int = 1
    #: keys of which the first event must be looked at: the input begins in the midst
    midst: bool = False


class ObligationOf(Struct, frozen=True):
    """An obligation as last published, and the record of inputs that made it so."""

    partition: int
    offset: int
    fields: Fields


class Survey(Struct, kw_only=True):
    """What follows from the input, or from a share of it."""

    #: every revision; from files of alarms what holds in the end, as revision 0
    said: list[Expected] = []
    obligations: dict[str, ObligationOf] = {}
    #: obligations that were over so long ago that they were deleted
    forgotten: set[str] = set()
    alarms: int = 0
    records: int = 0
    #: lines, records and items that could not be used, by reason
    unused: dict[str, int] = {}
    first_us: int | None = None
    last_us: int | None = None
    #: keys whose first event continues an alarm that nobody saw begin
    continued: set[str] = set()
    still_open: set[str] = set()
    #: keys on which the program fails, so that it leaves them alone
    left_alone: set[str] = set()

    def add(self, other: "Survey") -> None:
        """Take the share of another process; what each reads of all is not added up."""
        self.said += other.said
        self.obligations |= other.obligations
        self.forgotten |= other.forgotten
        self.continued |= other.continued
        self.still_open |= other.still_open
        self.left_alone |= other.left_alone
