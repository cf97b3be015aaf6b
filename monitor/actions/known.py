"""What the outputs say of outages and duties, and which of them a person means: pure."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import takewhile
from typing import Final, NamedTuple, NoReturn

from msgspec import Struct
from msgspec.json import Decoder

from monitor.formats.instant import time_us

#: So much of the id of an obligation is enough if no other begins with it.
PREFIX_LEAST: Final = 8
_NEAR_MOST: Final = 5
_NEAR: Final = 0.5


class Deed(Struct, frozen=True):
    """What somebody did, as an obligation says it."""

    action_id: str
    by: str = ""
    reference: str | None = None


class Duty(Struct, frozen=True, kw_only=True):
    """What the commands need of an obligation; the rest of it is passed over."""

    obligation_id: str
    state: str
    outage_id: str
    authority: str
    step: str
    title: str = ""
    voluntary: bool = False
    due_at: str
    acknowledged: Deed | None = None
    submitted: Deed | None = None
    note: Deed | None = None
    actions: int = 0

    @property
    def open(self) -> bool:
        """Whether it has still to be done."""
        return self.state in {"due", "overdue"}

    def shows(self, action_id: str) -> bool:
        """Whether an action stands in it."""
        deeds = (self.acknowledged, self.submitted, self.note)
        return any(deed is not None and deed.action_id == action_id for deed in deeds)


class OutageNow(Struct, frozen=True):
    """What the commands need of the status of an outage."""

    outage_id: str
    state: str
    alarms: int = 0


read_duty: Final = Decoder(Duty).decode
read_outage: Final = Decoder(OutageNow).decode


class Known(Struct):
    """The last record of each outage and each obligation."""

    duties: dict[str, Duty] = {}
    outages: dict[str, OutageNow] = {}

    def of(self, outage_id: str) -> list[Duty]:
        """Return the duties about an outage, the most urgent first."""
        return by_due(duty for duty in self.duties.values() if duty.outage_id == outage_id)

    def ids(self) -> Iterator[str]:
        """Yield every id of an outage or an obligation, each once."""
        yield from dict.fromkeys(duty.outage_id for duty in self.duties.values())
        with_duties = {duty.outage_id for duty in self.duties.values()}
        yield from self.outages.keys() - with_duties
        yield from self.duties


class Target(NamedTuple):
    """What an action is about."""

    outage_id: str
    #: None: all duties of the outage
    obligation: str | None
    duties: list[Duty]


class UnknownError(LookupError):
    """Raised with a sentence for a person who named what is not there."""


def by_due(duties: Iterable[Duty]) -> list[Duty]:
    """Return duties in the order in which they are due."""
    return sorted(duties, key=lambda duty: (time_us(duty.due_at), duty.outage_id, duty.step))


def short_ids(ids: Iterable[str]) -> dict[str, str]:
    """Return for each id as much of its beginning as tells it from the others."""
    known = sorted(set(ids))
    beside = zip(["", *known], known, [*known[1:], ""], strict=False)
    return {
        one: one[: max(PREFIX_LEAST, 1 + _shared(before, one), 1 + _shared(one, after))]
        for before, one, after in beside
    }


def _shared(one: str, other: str) -> int:
    """Return how many characters two texts begin with together."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def find(known: Known, named: str, step: str | None) -> Target:
    """Return what is meant by an obligation's id, or by an outage's, with a step or all of it.

    Raises UnknownError that names what is near.
    """
    if (duty := _duty(known, named)) is not None:
        if step is not None and not _is_step(duty, step):
            _unknown(f"obligation {duty.obligation_id} is {duty.step}, not {step}")
        return Target(duty.outage_id, duty.obligation_id, [duty])
    duties = known.of(named)
    if not duties:
        _unknown(_nothing(known, named))
    return Target(named, None, duties) if step is None else _of_step(named, step, duties)


def check_outage(known: Known, named: str, *, again: bool = False) -> None:
    """Raise UnknownError that names what is near, unless an outage is known and goes on.

    Whoever clears it `again` may find that it has ended.
    """
    outage = known.outages.get(named)
    if outage is None:
        _unknown(f"no outage {named} is known{_hint(near(named, known.outages))}")
    if outage.state != "open" and not again:
        _unknown(f"outage {named} is {outage.state}: no alarm holds it open")


def near(named: str, ids: Iterable[str]) -> list[str]:
    """Return ids like the one that was named: those that hold it, or are written alike."""
    known = list(ids)
    holds = [one for one in known if named.casefold() in one.casefold()]
    return (holds or get_close_matches(named, known, _NEAR_MOST, _NEAR))[:_NEAR_MOST]


def _duty(known: Known, named: str) -> Duty | None:
    if named in known.duties:
        return known.duties[named]
    begin = [name for name in known.duties if name.startswith(named)]
    return known.duties[begin[0]] if len(named) >= PREFIX_LEAST and len(begin) == 1 else None


def _of_step(outage_id: str, step: str, duties: list[Duty]) -> Target:
    meant = [duty for duty in duties if _is_step(duty, step)]
    if not meant:
        steps = ", ".join(dict.fromkeys(duty.step for duty in duties))
        _unknown(f"outage {outage_id} has no step {step}; it has {steps}")
    named = meant[0].obligation_id if len(meant) == 1 else meant[0].step
    return Target(outage_id, named, meant)


def _is_step(duty: Duty, step: str) -> bool:
    """Whether it is the step, by its full name or what stands after the last dot."""
    return step in {duty.step, duty.step.rpartition(".")[2]}


def _unknown(sentence: str) -> NoReturn:
    raise UnknownError(sentence)


def _nothing(known: Known, named: str) -> str:
    if named in known.outages:
        return f"nothing has to be done about outage {named}: it has no obligation"
    return f"no obligation and no outage {named} is known{_hint(near(named, known.ids()))}"


def _hint(names: list[str]) -> str:
    return f"; near it: {', '.join(names)}" if names else "; `outage-monitor duties` lists them"
