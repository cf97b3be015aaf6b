"""How one obligation stands: what of it is written down, and what is published."""

from typing import Literal, NamedTuple

from msgspec import Struct

from monitor.core.duty import After

#: `waiting` is not published: it is called for, but begins with the restoration.
State = Literal["waiting", "due", "overdue", "done", "withdrawn"]
#: What made the state another one.
Because = Literal[
    "crossed", "restored", "submitted", "deadline", "corrected", "undone", "resumed", "absorbed"
]
ActionKind = Literal["acknowledged", "submitted", "note", "clear"]


class Action(Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """What somebody did about obligations; the same id come again is the same action."""

    action_id: str
    kind: ActionKind
    outage_id: str
    #: the id of an obligation, or of a step; empty: all obligations of the outage
    obligation: str
    #: when it was recorded
    recorded_us: int
    who: str
    #: when it was done, if that was not when it was recorded
    done_us: int | None = None
    #: under which the authority knows it
    reference: str | None = None
    text: str | None = None
    #: the action that this one takes the place of; a note takes a submission back
    corrects: str | None = None
    #: of a clear: (source, alarm_id) of what is ended; none: all alarms of the outage
    alarms: tuple[tuple[str, str], ...] = ()

    @property
    def outage_key(self) -> str:
        """What the id of the outage begins with."""
        return self.outage_id.rpartition("@")[0]


class Taken(Struct, frozen=True, array_like=True, gc=False):
    """An action that was taken for an obligation."""

    obligation_id: str
    #: counts the actions of the obligation, from 0
    number: int
    action: Action


class Deed(Struct, frozen=True, array_like=True, gc=False):
    """An action that holds, with what it took over from one that it corrects."""

    action_id: str
    kind: ActionKind
    at_us: int
    recorded_us: int
    who: str
    reference: str | None
    text: str | None
    #: the obligation that it was said of, where that belongs to an outage since absorbed
    carried_from: str | None = None


class Transition(Struct, frozen=True, array_like=True, gc=False):
    """A change of state."""

    state: State
    at_us: int
    because: Because


class Obligation(Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """One duty about one outage; times in microseconds since 1970. New fields go to the end."""

    obligation_id: str
    #: counts what was published, from 0; -1: nothing yet
    revision: int = -1
    state: State = "waiting"
    outage_id: str
    outage_key: str
    #: the instant in the outage's id
    named_us: int
    country: str
    # -- what the pack says of it
    policy: str
    authority: str
    step: str
    title: str
    after: After
    addressees: tuple[str, ...]
    channels: tuple[tuple[str, str], ...]
    voluntary: bool
    #: title and address of the source, and where in it
    source: tuple[str, str, str]
    policy_set: str
    # -- what calls for it
    #: (rule, how many of its crossings stand)
    calls: tuple[tuple[str, int], ...] = ()
    #: the crossing that called for it first
    crossing_id: str = ""
    first_onset_us: int
    crossed_at_us: int
    restored_us: int | None = None
    #: the restoration is taken back if the outage goes on until then
    provisional_until_us: int | None = None
    #: the outage that absorbed this one
    superseded_by: str | None = None
    # -- until when
    #: since when it is called for, by this outage alone
    called_us: int = 0
    #: since when somebody knew: that, or what the same duty of an absorbed outage says
    since_us: int = 0
    due_us: int = 0
    due_how: str = ""
    #: how it was late when it came into being; empty: it was not
    late: str = ""
    # -- what was done
    acknowledged: Deed | None = None
    submitted: Deed | None = None
    note: Deed | None = None
    #: how many actions hold
    actions: int = 0
    transitions: tuple[Transition, ...] = ()
    #: how many were left out in the midst of them
    left_out: int = 0

    @property
    def called(self) -> bool:
        """Whether what stands now calls for it."""
        return bool(self.calls) and (self.after == "crossing" or self.restored_us is not None)

    @property
    def open(self) -> bool:
        """Whether it has still to be done."""
        return self.state in ("due", "overdue")

    @property
    def live(self) -> bool:
        """Whether it was called for when it was last looked at."""
        return self.open or self.state == "done"

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules whose crossings call for it."""
        return tuple(rule for rule, _ in self.calls)


class Change(NamedTuple):
    """An obligation that changed: to be written down, and if it is visible, to be published."""

    obligation: Obligation
    visible: bool
