"""What is to be audited, and by which rules."""

from collections.abc import Callable

from msgspec import Struct

from monitor.core.law import Law
from monitor.core.reading import Reading
from monitor.enrich import Correlate

#: Told what is being done, how many bytes of it are done, of how many.
Progress = Callable[[str, int, int], None]


class Ask(Struct, frozen=True, kw_only=True):
    """What is to be audited, and by which rules; None: as recorded, or the default."""

    inputs: tuple[str, ...]
    notifications: tuple[str, ...]
    inventory: str | None = None
    law: Law
    reading: Reading | None = None
    merge_gap_us: int | None = None
    lateness_horizon_us: int | None = None
    correlate: Correlate = "group"
    until_us: int | None = None
    limit_us: int
    jobs: int = 1
    #: other rules than those that decided, on purpose
    what_if: bool = False
    #: a second set of rules, to be shown beside the first
    beside: tuple[Law, Reading | None] | None = None
