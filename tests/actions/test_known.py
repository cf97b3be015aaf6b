"""What a person names is found, or answered with what is near; and what answers an action."""

import re
from typing import Any

import pytest

from monitor.actions.answer import Answer, Expected
from monitor.actions.known import (
    Deed,
    Duty,
    Known,
    OutageNow,
    UnknownError,
    by_due,
    check_outage,
    find,
    near,
    short_ids,
)
from monitor.actions.message import ActionMessage
from monitor.cli.duties_text import due_in

from .samples import OUTAGE

OTHER = "BE/agg-2@2026-03-14T08:00:00Z"
BRIEF, FULL, THEIRS = "aaaaaaaa-1", "aaaaaaaa-2", "bbbbbbbb-3"


def duty(name: str, step: str, outage_id: str = OUTAGE, **fields: Any) -> Duty:
    """Return a duty that is due."""
    given = {"state": "due", "authority": "X", "due_at": "2026-03-14T10:00:00Z", **fields}
    return Duty(obligation_id=name, outage_id=outage_id, step=step, **given)


KNOWN = Known(
    {
        BRIEF: duty(BRIEF, "x.brief_notice"),
        FULL: duty(FULL, "x.full_form", due_at="2026-03-14T10:00:00.500000Z"),
        THEIRS: duty(THEIRS, "x.brief_notice", OTHER),
    },
    {
        OUTAGE: OutageNow(OUTAGE, "open", 3),
        OTHER: OutageNow(OTHER, "ended"),
        "BE/quiet@1": OutageNow("BE/quiet@1", "open", 1),
    },
)


@pytest.mark.parametrize(
    ("named", "step", "outage_id", "obligation", "count"),
    [
        (BRIEF, None, OUTAGE, BRIEF, 1),
        (BRIEF, "brief_notice", OUTAGE, BRIEF, 1),
        ("bbbbbbbb", None, OTHER, THEIRS, 1),
        (OUTAGE, None, OUTAGE, None, 2),
        (OUTAGE, "full_form", OUTAGE, FULL, 1),
        (OUTAGE, "x.full_form", OUTAGE, FULL, 1),
    ],
)
def test_what_is_meant(
    named: str, step: str | None, outage_id: str, obligation: str | None, count: int
) -> None:
    """An obligation by its id or enough of it; an outage, all of it or one step."""
    target = find(KNOWN, named, step)
    assert (target.outage_id, target.obligation, len(target.duties)) == (
        outage_id,
        obligation,
        count,
    )


@pytest.mark.parametrize(
    ("named", "step", "part"),
    [
        ("aaaaaaaa", None, f"near it: {BRIEF}, {FULL}"),
        ("be/AGG-1", None, f"near it: {OUTAGE}"),
        ("BE/agg-7@2026-03-14T08:00:00Z", None, f"near it: {OTHER}, {OUTAGE}"),
        ("bbbbbbb", None, f"near it: {THEIRS}"),
        ("nothing like it", None, "`outage-monitor duties` lists them"),
        (OUTAGE, "follow_up", "has no step follow_up; it has x.brief_notice, x.full_form"),
        (BRIEF, "full_form", "is x.brief_notice, not full_form"),
        ("BE/quiet@1", None, "nothing has to be done about outage BE/quiet@1"),
    ],
)
def test_what_is_not_there(named: str, step: str | None, part: str) -> None:
    """A sentence that names what is near."""
    with pytest.raises(UnknownError, match=re.escape(part)):
        find(KNOWN, named, step)


def test_only_an_outage_that_goes_on_is_cleared() -> None:
    """Or cleared again by the same action; what nobody knows of is told with what is near."""
    check_outage(KNOWN, OUTAGE)
    with pytest.raises(UnknownError, match="is ended"):
        check_outage(KNOWN, OTHER)
    check_outage(KNOWN, OTHER, again=True)
    with pytest.raises(UnknownError, match=r"near it: BE/quiet@1"):
        check_outage(KNOWN, "quiet")


def test_the_most_urgent_comes_first_and_ids_are_short() -> None:
    """By the instant and not by the text; as much of an id as tells it from others."""
    early = duty("e", "x.e", due_at="2026-03-14T10:59:00+01:00")
    assert [d.obligation_id for d in by_due([*KNOWN.duties.values(), early])] == [
        "e", BRIEF, THEIRS, FULL,
    ]  # fmt: skip
    assert short_ids(KNOWN.duties) == {BRIEF: BRIEF, FULL: FULL, THEIRS: "bbbbbbbb"}
    assert short_ids(["a"]) == {"a": "a"}
    assert near("x", []) == []


@pytest.mark.parametrize(
    ("now", "said"),
    [(0, "due in 1 h 30 min"), (5400, "due in 0 s"), (5401, "overdue for 1 s"),
     (-86_400 * 2 + 5400, "due in 2 d"), (5400 + 90_061, "overdue for 1 d 1 h")],
)  # fmt: skip
def test_how_long_there_is_left(now: int, said: str) -> None:
    """In the two largest units."""
    assert due_in("1970-01-01T01:30:00Z", now * 1_000_000) == said


def action(kind: Any, **fields: Any) -> ActionMessage:
    """Return an action about the outage."""
    given = {"action_id": "new", "at": "2026-03-14T09:00:00Z", "who": "Anna", **fields}
    return ActionMessage(kind=kind, outage_id=OUTAGE, **given)


def test_a_duty_that_shows_the_action_answers_it() -> None:
    """One that it is about, and no other; a later submission is told that the first counts."""
    deed = Deed("new")
    expected = Expected(action("acknowledged"), [KNOWN.duties[BRIEF]], KNOWN)
    assert expected.by_duty(duty(BRIEF, "x", acknowledged=deed)) == Answer()
    assert expected.by_duty(duty(BRIEF, "x", acknowledged=Deed("old"), actions=1)) is None
    assert expected.by_duty(duty(THEIRS, "x", acknowledged=deed)) is None
    first = duty(BRIEF, "x", submitted=Deed("old", "Bert", "R-1"), actions=1)
    again = Expected(action("submitted"), [first], KNOWN)
    assert again.by_duty(first) is None
    answer = again.by_duty(duty(BRIEF, "x", submitted=Deed("old", "Bert", "R-1"), actions=2))
    assert answer == Answer(remark="the first submission (R-1, Bert) is the one that counts")
    assert Expected(action("note"), [duty(BRIEF, "x", note=deed)], KNOWN).taken_before()


def test_fewer_alarms_answer_a_clear() -> None:
    """Or an outage that has ended; not a status of another outage, nor one with as many."""
    expected = Expected(action("clear", note="over"), [], KNOWN)
    assert expected.by_outage(OutageNow(OUTAGE, "open", 3)) is None
    assert expected.by_outage(OutageNow(OTHER, "ended")) is None
    fewer = expected.by_outage(OutageNow(OUTAGE, "open", 1))
    assert fewer == Answer(remark="1 of 3 alarms still hold the outage open")
    ended = expected.by_outage(OutageNow(OUTAGE, "ended"))
    assert ended == Answer(remark="the outage is ended now")
