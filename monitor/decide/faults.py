"""Items on which the program itself fails: set aside, loudly, and never tried for ever.

After an exception the state cannot be trusted: the partition is read back from its ledger, and the
same records are applied again, without what failed: first the item, or the action; then all items
of its outage key in that record; and if the key fails without any item, the key is left alone. What
fails on the obligations of a key costs its obligations alone: its crossings are still found.
"""

from typing import Final

import structlog

from monitor.decide.applied import FaultError
from monitor.decide.partition import Partition

_log = structlog.get_logger(__name__)
_MAX_ERROR: Final = 500


class Faults:
    """What was found to make the program fail in one partition."""

    def __init__(self) -> None:
        """Start with nothing found."""
        #: items and actions to leave out: (offset, number), and why
        self.items: dict[tuple[int, int], Exception] = {}
        self.actions: dict[tuple[int, int], Exception] = {}
        #: outage keys to leave alone, and why; and those of which only the obligations
        self.keys: dict[str, Exception] = {}
        self.duties: dict[str, Exception] = {}

    def note(self, fault: FaultError) -> None:
        """Decide what to leave out next time; raises the fault if nothing can be named."""
        error = fault.error
        _log.critical(
            "the program failed on an item; it is set aside, and the rest is used",
            inputs_offset=fault.offset,
            outage_key=fault.outage_key,
            item=fault.item,
            action=fault.action,
            obligations=fault.duties,
            error=repr(error)[:_MAX_ERROR],
            exc_info=error,
        )
        if fault.action is not None and (fault.offset, fault.action) not in self.actions:
            self.actions[fault.offset, fault.action] = error
        elif fault.item is not None and (fault.offset, fault.item) not in self.items:
            self.items[fault.offset, fault.item] = error
        elif fault.outage_key is None:
            raise fault
        elif fault.duties and fault.outage_key not in self.duties:
            self.duties[fault.outage_key] = error
        else:
            self._leave_out(fault, fault.outage_key)

    def _leave_out(self, fault: FaultError, outage_key: str) -> None:
        """Leave out all items of a key in a record; if they are, the key."""
        suspects = [
            (fault.offset, number)
            for number, item in enumerate(fault.record.items)
            if item.event.outage_key == outage_key
        ]
        if fresh := [place for place in suspects if place not in self.items]:
            self.items |= dict.fromkeys(fresh, fault.error)
        else:
            self.keys[outage_key] = fault.error

    def tell(self, partition: Partition) -> None:
        """Tell a partition that was read back what to leave out."""
        partition.leave_out, partition.leave_out_actions = self.items, self.actions
        for key, error in self.keys.items():
            if key not in partition.faulty:
                partition.mark_faulty(key, error)
        for key, error in self.duties.items():
            if key not in partition.faulty_duties:
                partition.mark_faulty_duties(key, error)
