"""The options that decide beside the law; in a live run they are part of the recorded input."""

from typing import Literal

from msgspec import Struct

Reading = Literal["cautious", "literal"]

_SECOND_US = 1_000_000


class Options(Struct, frozen=True, kw_only=True):
    """How outages are joined, which reading decides, and how late an event may come."""

    reading: Reading = "cautious"
    merge_gap_us: int = 60 * 60 * _SECOND_US
    lateness_horizon_us: int = 7 * 24 * 60 * 60 * _SECOND_US
    #: how long a step can be undone before a late event folds its history anew; decides nothing
    tail_us: int = 15 * _SECOND_US

    @property
    def cautious(self) -> bool:
        """Whether the cautious reading decides."""
        return self.reading == "cautious"
