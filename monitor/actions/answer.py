"""How an action that was written is answered: it is taken, or set aside: pure."""

from collections.abc import Iterable

from msgspec import Struct

from monitor.actions.known import Duty, Known, OutageNow
from monitor.actions.message import ActionMessage


class Answer(Struct, frozen=True):
    """What became of an action; `problem` is None if it was taken."""

    problem: str | None = None
    #: beside it, what a person should know
    remark: str = ""


class Expected:
    """What would answer an action, from how things stood before it was written."""

    def __init__(self, action: ActionMessage, duties: Iterable[Duty], known: Known) -> None:
        """Take the duties that it is about, as they stood."""
        self._action = action
        self._before = {duty.obligation_id: duty for duty in duties}
        self._outage = known.outages.get(action.outage_id)

    def taken_before(self) -> bool:
        """Whether it stands in what was known before it was written: it was written again."""
        return any(duty.shows(self._action.action_id) for duty in self._before.values())

    def by_duty(self, duty: Duty) -> Answer | None:
        """Return what the next record of an obligation says of it, if anything."""
        before = self._before.get(duty.obligation_id)
        if self._action.kind == "clear" or before is None:
            return None
        if duty.shows(self._action.action_id):
            return Answer()
        first = duty.submitted
        if self._action.kind == "submitted" and first is not None and duty.actions > before.actions:
            counts = f"the first submission ({first.reference or 'no reference'}, {first.by})"
            return Answer(remark=f"{counts} is the one that counts")
        return None

    def by_outage(self, outage: OutageNow) -> Answer | None:
        """Return what the next status of an outage says of a clear, if anything."""
        if self._action.kind != "clear" or outage.outage_id != self._action.outage_id:
            return None
        if outage.state != "open":
            return Answer(remark=f"the outage is {outage.state} now")
        before = self._outage.alarms if self._outage is not None else 0
        if outage.alarms < before:
            return Answer(remark=f"{outage.alarms} of {before} alarms still hold the outage open")
        return None
