"""Obligations and actions as ledger records: the last of each obligation, and every action."""

from collections.abc import Iterable, Iterator

from monitor.core.duties import Forgotten
from monitor.core.duty_state import Obligation, Taken
from monitor.ledger.keeper import LedgerRecord
from monitor.ledger.records import ACTION, DUTY, VERSION, ActionTaken, Duty, key_of, write


class DutyKeeper:
    """Gathers what changed about obligations, until it is written down."""

    def __init__(self) -> None:
        """Start with nothing to write."""
        #: by ledger key: what was changed last counts
        self._records: dict[bytes, bytes | None] = {}

    def __bool__(self) -> bool:
        """Whether anything must be written."""
        return bool(self._records)

    def note(
        self,
        changed: Iterable[Obligation],
        taken: Iterable[tuple[str, Taken]],
        forgotten: Iterable[Forgotten],
    ) -> None:
        """Note what changed; an action comes with its outage key."""
        for now in changed:
            self._records[_duty_key(now)] = write(Duty(VERSION, now))
        for outage_key, one in taken:
            key = key_of(ACTION, outage_key, one.obligation_id, one.number)
            self._records[key] = write(ActionTaken(VERSION, one))
        for gone in forgotten:
            self._records |= dict.fromkeys(_keys(gone))

    def collect(self) -> list[LedgerRecord]:
        """Return the records to be written."""
        records, self._records = self._records, {}
        return list(records.items())


def _duty_key(now: Obligation) -> bytes:
    return key_of(DUTY, now.outage_key, now.obligation_id)


def _keys(gone: Forgotten) -> Iterator[bytes]:
    now = gone.obligation
    yield _duty_key(now)
    for number in range(gone.actions):
        yield key_of(ACTION, now.outage_key, now.obligation_id, number)
