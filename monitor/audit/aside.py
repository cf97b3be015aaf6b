"""What the program fails on: set aside as a live worker does, and told, never passed over."""

from msgspec import Struct, field

from monitor.decide.applied import FaultError
from monitor.decide.applying import Applying
from monitor.replay.lines import InputError

_Places = dict[tuple[int, int], Exception]
_Keys = dict[str, Exception]


class Aside(Struct):
    """What of one partition is left out: items, actions, obligations of keys, keys."""

    items: _Places = field(default_factory=dict)
    actions: _Places = field(default_factory=dict)
    duties: _Keys = field(default_factory=dict)
    keys: _Keys = field(default_factory=dict)

    def note(self, number: int, fault: FaultError) -> None:
        """Decide what to leave out next time; raises InputError if nothing can be named."""
        error, key = fault.error, fault.outage_key
        if fault.action is not None and (fault.offset, fault.action) not in self.actions:
            self.actions[fault.offset, fault.action] = error
        elif fault.item is not None and (fault.offset, fault.item) not in self.items:
            self.items[fault.offset, fault.item] = error
        elif key is not None and fault.duties and key not in self.duties:
            self.duties[key] = error
        elif key is not None and key not in self.keys:
            self.keys[key] = error
        else:
            message = (
                f"the program fails on the input record {number}/{fault.offset} ({fault}): run "
                "the release that was in use"
            )
            raise InputError(message) from fault

    def tell(self, state: Applying) -> None:
        """Tell a partition that begins anew what to leave out."""
        state.leave_out, state.leave_out_actions = self.items, self.actions
        state.faulty |= self.keys
        state.faulty_duties |= self.duties
        for key in self.duties:
            state.duties.leave_alone(key)

    @property
    def left_alone(self) -> set[str]:
        """The outage keys of which not everything can be said."""
        return {*self.duties, *self.keys}
