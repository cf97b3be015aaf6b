"""A duty desk in the small world: a book, its duties, and minutes instead of instants."""

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from core.world import (
    AT_LEAST,
    EFFECT,
    KEY,
    MINUTE_US,
    MORE_THAN,
    NEW,
    OLD,
    cell,
    options,
    table_rule,
    us,
)

from monitor.core.calendar import Calendar
from monitor.core.changes import Changes
from monitor.core.duties import Duties
from monitor.core.duty import Step, Within, WithoutDelay, Workdays
from monitor.core.duty_act import Outcome
from monitor.core.duty_state import Action, Change, Obligation, State
from monitor.core.event import Event
from monitor.core.law import Law
from monitor.core.moment import at
from monitor.core.notification import Notification
from monitor.core.reading import Options
from monitor.core.step import Book, Envelope, Record, Tick, step

#: Nine end-users at once, six for five minutes, four for ten; and flags.
COUNT = table_rule(cell(None, 9), cell(5, 6), cell(10, 4), rule="x.count")
RULES = (COUNT, EFFECT)
MANY_RULES = (AT_LEAST, MORE_THAN, OLD, NEW, EFFECT)
ALL = tuple(rule.rule for rule in (*RULES, *MANY_RULES))
TABLES = tuple(name for name in ALL if name != EFFECT.rule)
WEEK = Calendar(frozenset({5, 6}), (), ())


def duty(name: str, **more: Any) -> Step:
    """Return a step of policy x that every rule calls for."""
    fields: dict[str, Any] = {
        "step": f"x.{name}", "policy": "x", "authority": "X", "title": name.capitalize(),
        "after": "crossing", "rules": ALL, "addressees": ("X",),
        "channels": (("telephone", "X"),), "deadline": WithoutDelay(5 * MINUTE_US),
        "source": ("A page", "https://example.org", "s.1"), "valid_from_us": 0,
    }  # fmt: skip
    return Step(**fields | more)


NOTICE = duty("notice", rules=TABLES)
REPORT = duty("report", rules=TABLES, deadline=Workdays(2, WEEK, ZoneInfo("UTC")))
RESTORED = duty("restored", after="restoration")
FOLLOW_UP = duty("follow_up", after="restoration", deadline=Within(10 * MINUTE_US))
FLAGGED = duty("flagged", rules=(EFFECT.rule,), by_target=(("2", ("H", "X")),))
STEPS = (NOTICE, REPORT, RESTORED, FOLLOW_UP, FLAGGED)
LAW = Law(RULES, "hash", STEPS)
MANY = Law(MANY_RULES, "hash", STEPS)


class Desk:
    """Takes records one by one, as a worker does, and keeps what came of them."""

    def __init__(self, law: Law = LAW, chosen: Options | None = None) -> None:
        """Start with nothing known."""
        self.book = Book(law, options() if chosen is None else chosen)
        self.book.changes = Changes()
        self.duties = Duties(self.book)
        self.said: list[Notification] = []
        self.changes: list[Change] = []
        self._numbers = count(1)

    def take(self, record: Record, stamp_us: int) -> list[Change]:
        """Take a record of this time stamp."""
        said = step(self.book, record, stamp_us)
        changes = self.duties.take(said, stamp_us)
        self.book.changes = Changes()
        self.said += said
        self.changes += changes
        return changes

    def events(self, *events: Event, at_minute: float | None = None) -> None:
        """Take events, and time up to the latest of them, in a record of that time, or later."""
        minute = at_minute
        latest_us = max(event.time_us for event in events)
        stamp_us = latest_us if minute is None else us(minute)
        self.take(Envelope(events), stamp_us)
        self.take(Tick(at(stamp_us)), stamp_us)

    def tick(self, minute: float) -> None:
        """Let time pass up to a minute."""
        self.take(Tick(at(us(minute))), us(minute))

    def act(self, kind: Any, about: str, minute: float, **more: Any) -> Outcome:
        """Somebody did something about a step, or about an obligation by its id."""
        fields: dict[str, Any] = {
            "action_id": f"a{next(self._numbers)}", "kind": kind, "outage_id": self.outage_id(),
            "obligation": about, "recorded_us": us(minute), "who": "Kim",
        }  # fmt: skip
        outcome = self.duties.act(Action(**fields | more))
        self.changes += outcome.changes
        return outcome

    def outage_id(self, minute: float = 0) -> str:
        """Return the id of the outage that was opened with a first onset at this minute."""
        stamp = f"2026-03-14T08:{int(minute):02d}:00Z"
        return f"{KEY}@{stamp}"

    def of(self, name: str, minute: float = 0, told: Iterable[str] = ("X",)) -> Obligation:
        """Return an obligation by the name of its step and the first minute of its outage."""
        return next(
            o for o in self.duties
            if o.step == f"x.{name}" and o.outage_id == self.outage_id(minute)
            and o.addressees == tuple(told)
        )  # fmt: skip

    def state(self, name: str, minute: float = 0) -> State:
        """Return how an obligation stands."""
        return self.of(name, minute).state

    def states(self, minute: float = 0) -> dict[str, State]:
        """Return how all obligations of an outage stand, by the names of their steps."""
        outage_id = self.outage_id(minute)
        return {o.title.lower(): o.state for o in self.duties if o.outage_id == outage_id}


def history(obligation: Obligation) -> list[tuple[str, float, str]]:
    """Return the changes of state of an obligation, in minutes."""
    return [(t.state, minutes(t.at_us), t.because) for t in obligation.transitions]


def minutes(time_us: int) -> float:
    """Return an instant in minutes from the start."""
    return (time_us - us(0)) / MINUTE_US


def visible(changes: Iterable[Change]) -> Iterator[Obligation]:
    """Yield what has to be published."""
    return (change.obligation for change in changes if change.visible)
