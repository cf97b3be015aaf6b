"""A person ends stuck alarms: what follows is as if they had cleared themselves."""

from typing import Any

import pytest
from decide.test_partition import HOUR_US, MINUTE_US, T0_US, event, partition, record, reread
from ledger.acted import acted
from msgspec.structs import replace
from properties.agreement import case, shuffled_case
from properties.durable import durable, held, standing

from monitor.core.duties import Duties
from monitor.core.duty_act import Problem
from monitor.core.duty_state import Action
from monitor.core.reading import Options
from monitor.decide.applied import Applied, FaultError
from monitor.decide.applying import Applying
from monitor.decide.partition import Partition
from monitor.ingest.envelope import VERSION, ActionItem, InputRecord, Tick
from monitor.ledger.restore import Reader
from monitor.packs.loading import load_law

KEY = "BE/agg-1"
OUTAGE = f"{KEY}@2026-03-14T08:00:00Z"
IX = (("interconnection", "ix-1"),)
BRIEF = "be.bipt.brief_notice"


def act(state: Applying, kind: Any, action_id: str, **fields: Any) -> Applied:
    """Let somebody do something one hour after the start, as the next record."""
    fields = {"outage_id": OUTAGE, "obligation": "", "who": "Kim"} | fields
    action = Action(action_id=action_id, kind=kind, recorded_us=T0_US + HOUR_US, **fields)
    item = ActionItem("actions", 0, 7, action)
    return state.apply(state.next_offset or 0, _of(item), T0_US + HOUR_US)


def _of(*items: ActionItem) -> InputRecord:
    return InputRecord(VERSION, (), Tick(), actions=items)


def _read(ledger: dict[bytes, bytes]) -> Partition:
    reader = Reader()
    reader.take(ledger.items())
    return Partition(reader.restored(load_law(), Options()), sources=["alarms"])


def problems(applied: Applied) -> list[str]:
    """Return why actions were not taken, in a word each."""
    return [one.why.kind for one in applied.refused if isinstance(one.why, Problem)]


def states(state: Applying) -> dict[str, str]:
    """Return how the obligations stand, by the names of their steps."""
    return {now.step.removeprefix("be.bipt."): now.state for now in state.duties}


def ends(state: Applying) -> list[int | None]:
    """Return when the outages ended, in minutes from the start."""
    outages = state.book.publishers[KEY].domain.live.outages
    return [o.end_us and (o.end_us - T0_US) // MINUTE_US for o in outages]


@pytest.fixture
def state() -> Partition:
    """Return a partition with an outage of two alarms, an hour ago, that crossed something."""
    found = partition()
    two = event("raise", T0_US, alarm_id="2", effects=IX)
    found.apply(0, record(T0_US, event("raise", T0_US), two), T0_US)
    found.apply(1, record(T0_US + HOUR_US), T0_US + HOUR_US)
    return found


def test_all_alarms_of_an_outage(state: Partition) -> None:
    """It ends when somebody says that it ended; what follows the restoration begins."""
    applied = act(state, "clear", "c", done_us=T0_US + 40 * MINUTE_US, text="stuck in the OSS")
    assert ends(state) == [40]
    assert states(state)["brief_notice"] == "due"
    notes = {taken.action.text for taken in applied.taken}
    assert notes == {"stuck in the OSS"}
    (brief,) = [now for now in state.duties if now.step == BRIEF]
    assert brief.note is not None
    assert brief.note.text == "stuck in the OSS"
    assert brief.submitted is None


def test_a_clear_can_undo_a_crossing(state: Partition) -> None:
    """It is an event like others: what was crossed after it was not crossed."""
    applied = act(state, "clear", "c", done_us=T0_US + 40 * MINUTE_US)
    kinds = {(n.rule.rule, n.type) for n in applied.notifications}
    assert kinds == {("be.bipt.users", "withdrawn")}


def test_one_alarm_of_several(state: Partition) -> None:
    """The others go on, and with them the outage."""
    applied = act(state, "clear", "c", alarms=(("oss", "1"),))
    assert (problems(applied), ends(state)) == ([], [None])
    alarms = state.book.publishers[KEY].domain.live.alarms
    assert {name: alarm.active for name, alarm in alarms.items()} == {
        ("oss", "1"): False,
        ("oss", "2"): True,
    }


def test_it_comes_again(state: Partition) -> None:
    """Also after a restart, and after an alarm was raised meanwhile, nothing more happens."""
    ledger = dict[bytes, bytes]()
    act(state, "clear", "c")
    state = reread(state, ledger)
    after = T0_US + HOUR_US + MINUTE_US
    state.apply(3, record(after, event("raise", after)), after)
    applied = act(state, "clear", "c")
    assert (applied.taken, applied.moved, applied.refused) == ([], [], [])
    assert ends(state) == [None]
    assert not state.changed or reread(state, ledger).book.clock == state.book.clock


def test_a_later_raise_opens_it_again(state: Partition) -> None:
    """Somebody was wrong, or it happened again; within the merge gap it is the same outage."""
    act(state, "clear", "c")
    assert ends(state) == [60]
    raised_us = T0_US + HOUR_US + MINUTE_US
    state.apply(3, record(raised_us, event("raise", raised_us)), raised_us)
    assert ends(state) == [None]


def test_late_events_find_their_place(state: Partition) -> None:
    """What the alarm said before the clear does not open it; what it says after it does."""
    act(state, "clear", "c", done_us=T0_US + 40 * MINUTE_US)
    late = event("change", T0_US + 30 * MINUTE_US, 26_000)
    state.apply(3, record(T0_US + HOUR_US, late), T0_US + HOUR_US)
    assert ends(state) == [40]
    raised = event("raise", T0_US + 50 * MINUTE_US, alarm_id="2")
    state.apply(4, record(T0_US + HOUR_US, raised), T0_US + HOUR_US)
    assert ends(state) == [None]


def test_at_the_time_of_its_last_event() -> None:
    """The clear comes after what the alarm itself said at that time, whatever its sequence."""
    state = partition()
    raised = event("raise", T0_US, effects=IX, sequence=9)
    state.apply(0, record(T0_US, raised), T0_US)
    act(state, "clear", "c", done_us=T0_US)
    assert ends(state) == [0]


def test_ahead_of_the_clock(state: Partition) -> None:
    """It waits for its time like any event."""
    act(state, "clear", "c", done_us=T0_US + 61 * MINUTE_US)
    assert ends(state) == [None]
    state.apply(3, record(T0_US + 2 * HOUR_US), T0_US + 2 * HOUR_US)
    assert ends(state) == [61]


def test_what_is_over_is_only_noted(state: Partition) -> None:
    """The alarms cleared themselves a moment before: nobody did anything wrong."""
    us = T0_US + HOUR_US
    both = (event("clear", us), event("clear", us, alarm_id="2"))
    state.apply(2, record(us, *both), us)
    state.written()
    applied = act(state, "clear", "c")
    assert (problems(applied), applied.notifications) == ([], [])
    assert applied.taken
    assert not state.book.changes or not state.book.changes.filed


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"outage_id": "BE/agg-9@2026-03-14T08:00:00Z"}, "unknown_outage"),
        ({"outage_id": f"{KEY}@2026-03-14T08:00:01Z"}, "unknown_outage"),
        ({"outage_id": "nonsense"}, "unknown_outage"),
        ({"alarms": (("oss", "1"), ("oss", "3"))}, "unknown_alarm"),
        ({"done_us": T0_US - 7 * 24 * HOUR_US}, "too_late"),
        ({"corrects": "nothing"}, "unknown_action"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    state: Partition, fields: dict[str, Any], kind: str
) -> None:
    """Nothing changes, and no outage key begins because somebody named it."""
    before, keys = list(state.duties), set(state.book.publishers)
    applied = act(state, "clear", "c", **fields)
    assert problems(applied) == [kind]
    assert (applied.taken, applied.moved, applied.notifications) == ([], [], [])
    assert (list(state.duties), set(state.book.publishers)) == (before, keys)


def test_without_any_duty() -> None:
    """A stuck alarm that crossed nothing can be cleared, too."""
    state = partition()
    state.apply(0, record(T0_US, event("raise", T0_US, 5)), T0_US)
    applied = act(state, "clear", "c", done_us=T0_US + MINUTE_US)
    assert (applied.refused, applied.taken) == ([], [])
    state.apply(2, record(T0_US + HOUR_US), T0_US)
    assert ends(state) == [1]


def test_what_stands_is_what_the_events_say() -> None:
    """Whatever was cleared when: the crossings are those of all events, read once, in order."""
    cleared = 0
    for seed in range(400, 480):
        a = case(seed)._replace(lateness_horizon_us=400 * 24 * HOUR_US)
        d = durable(shuffled_case(a) if seed % 2 else a, "as made")
        applying = Applying(d.book())
        said = [n for one in acted(d, applying) for n in one.applied.notifications]
        assert applying.book.changes is not None
        events = [e for some in applying.book.changes.filed.values() for e in some]
        cleared += sum(e.remainder.startswith("action ") for e in events)
        latest_us = max(e.time_us for e in events)
        end = InputRecord(VERSION, (), Tick((("alarms", 1),), (("alarms", 0, latest_us),)))
        said += applying.apply(applying.next_offset or 0, end, latest_us).notifications
        events.sort(key=lambda e: (e.time_us, e.sequence))
        assert standing(said) == held(events, d.case.options), f"seed {seed}"
    assert cleared > 20


def test_an_action_on_which_the_program_fails_is_named(
    state: Partition, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says which action of the record it was; left out, the others are taken."""
    one = Action(
        action_id="a", kind="note", outage_id=OUTAGE, obligation="", recorded_us=T0_US, who="Kim"
    )
    items = [ActionItem("actions", 0, n, replace(one, action_id=f"a{n}")) for n in range(2)]
    take = Duties.act

    def fail(duties: Duties, action: Action) -> Any:
        if action.action_id == "a1":
            message = "a bug"
            raise RuntimeError(message)
        return take(duties, action)

    monkeypatch.setattr(Duties, "act", fail)
    with pytest.raises(FaultError) as raised:
        state.apply(2, _of(*items), T0_US)
    assert (raised.value.offset, raised.value.action, raised.value.item) == (2, 1, None)
    state.leave_out_actions = {(2, 1): raised.value.error}
    applied = state.apply(2, _of(*items), T0_US)
    assert [one.item.action.action_id for one in applied.refused] == ["a1"]


def test_duties_on_which_the_program_fails_are_left_alone(
    state: Partition, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Crossings of the key are still published; its actions are set aside, also after a restart."""
    look = Duties._look

    def fail(duties: Duties, key: str, *rest: Any) -> Any:
        if key == KEY:
            message = "a bug"
            raise RuntimeError(message)
        return look(duties, key, *rest)

    ledger = dict[bytes, bytes]()
    reread(state, ledger)
    monkeypatch.setattr(Duties, "_look", fail)
    us = T0_US + HOUR_US
    crossing = record(us, event("change", us, effects=(("critical_component", "c"),)))
    with pytest.raises(FaultError) as raised:
        state.apply(2, crossing, us)
    assert (raised.value.outage_key, raised.value.duties) == (KEY, True)

    state = _read(ledger)
    state.mark_faulty_duties(KEY, raised.value.error)
    applied = state.apply(2, crossing, us)
    assert [n.rule.rule for n in applied.notifications] == ["be.bipt.critical_component"]
    state = reread(state, ledger)
    assert list(state.faulty_duties) == [KEY]
    assert list(state.duties) == []
    (refused,) = act(state, "acknowledged", "a").refused
    assert isinstance(refused.why, RuntimeError)
