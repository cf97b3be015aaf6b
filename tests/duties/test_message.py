"""What is published about an obligation, field by field, and that its schema and page say so."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from core.world import clear, hit, us
from jsonschema import Draft202012Validator

import monitor
from duties.desk import Desk, visible
from monitor.core.duty_state import Obligation
from monitor.messages.obligation import obligation_fields, obligation_value

ROOT = Path(monitor.__file__).parent
SCHEMA: dict[str, Any] = json.loads((ROOT / "schemas" / "obligation.status.v1.json").read_text())
DOCS = (ROOT.parent / "docs" / "messages.md").read_text()
VALID = Draft202012Validator(SCHEMA)


def story() -> list[Obligation]:
    """Return all that is published of two outages that are joined, with people who act."""
    desk = Desk()
    desk.tick(1)
    desk.events(hit(0), at_minute=1)
    desk.act("acknowledged", "", 2)
    desk.events(clear(2), at_minute=3)
    desk.events(hit(10))
    desk.act("submitted", "x.report", 10.5, outage_id=desk.outage_id(10), reference="R", text="t")
    desk.events(hit(1, 1, alarm_id="9"), clear(9, "9"), at_minute=11)
    for minute in range(40):
        desk.act("submitted", "x.notice", minute, action_id=f"s{minute}")
        desk.act("note", "x.notice", minute, corrects=f"s{minute}")
    desk.events(clear(12), at_minute=60)
    return list(visible(desk.changes))


STORY = story()


def _objects(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if part.get("type") == "object" and "properties" in part:
            yield part
        for inner in part.values():
            yield from _objects(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _objects(inner)


def test_every_field_of_one() -> None:
    """A duty that was done in time, in full."""
    desk = Desk()
    desk.events(hit(0))
    desk.act("submitted", "x.notice", 4, action_id="a1", done_us=us(3.5), reference="R-7")
    assert obligation_fields(desk.of("notice")) == {
        "obligation_id": desk.of("notice").obligation_id,
        "revision": 1,
        "state": "done",
        "outage_id": "XX/g@2026-03-14T08:00:00Z",
        "outage_key": "XX/g",
        "country": "XX",
        "authority": "X",
        "policy": "x",
        "step": "x.notice",
        "title": "Notice",
        "addressees": ["X"],
        "channels": [{"by": "telephone", "to": "X"}],
        "voluntary": False,
        "source": {"title": "A page", "address": "https://example.org", "clause": "s.1"},
        "after": "crossing",
        "rules": ["x.count"],
        "crossing_id": desk.said[0].crossing_id,
        "crossed_at": "2026-03-14T08:00:00Z",
        "restored_at": None,
        "provisional_until": None,
        "detected_at": "2026-03-14T08:00:00Z",
        "due_at": "2026-03-14T08:05:00Z",
        "due_how": "Without delay; the limit of PT5M is ours, the law names none. Counted from "
        "2026-03-14T08:00:00Z, when it was detected.",
        "late_at_birth": False,
        "acknowledged": None,
        "submitted": {
            "action_id": "a1",
            "at": "2026-03-14T08:03:30Z",
            "recorded_at": "2026-03-14T08:04:00Z",
            "by": "Kim",
            "reference": "R-7",
            "text": None,
            "carried_from": None,
        },
        "submitted_after_seconds": 210.0,
        "in_time": True,
        "note": None,
        "actions": 1,
        "transitions": [
            {"state": "due", "at": "2026-03-14T08:00:00Z", "because": "crossed"},
            {"state": "done", "at": "2026-03-14T08:04:00Z", "because": "submitted"},
        ],
        "transitions_left_out": 0,
        "superseded_by": None,
        "policy_set": "hash",
    }


@pytest.mark.parametrize(("done", "in_time"), [(5, True), (5 + 1 / 60e6, False)])
def test_in_time_is_up_to_the_very_instant(done: float, in_time: bool) -> None:  # noqa: FBT001 - the table of cases
    """A submission at the deadline is in time; a microsecond later it is not."""
    desk = Desk()
    desk.events(hit(0))
    desk.tick(6)
    desk.act("submitted", "x.notice", 7, done_us=us(done))
    assert obligation_fields(desk.of("notice"))["in_time"] is in_time


def test_late_at_birth_is_in_the_sentence() -> None:
    """The sentence about the deadline ends with how it was late."""
    desk = Desk()
    desk.tick(30)
    desk.events(hit(0), clear(10), at_minute=40)
    said = obligation_fields(desk.of("follow_up"))
    assert said["late_at_birth"] is True
    assert said["due_how"] == (
        "Within PT10M, counted from 2026-03-14T08:10:00Z, when the outage was restored. Late when "
        "it came into being: the restoration of 2026-03-14T08:10:00Z was known at "
        "2026-03-14T08:40:00Z; counted from when it happened, the time was over at "
        "2026-03-14T08:20:00Z."
    )


def test_the_schema_is_closed_and_valid() -> None:
    """Valid as draft 2020-12, with an id; no object has fields that are not listed."""
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"].startswith("urn:outage-monitor:")
    assert all(part["additionalProperties"] is False for part in _objects(SCHEMA))


def test_what_is_published_follows_it() -> None:
    """Every message of a story in which everything happens; each revision is the next one."""
    seen: dict[str, int] = {}
    for obligation in STORY:
        message = json.loads(obligation_value(obligation))
        assert [error.message for error in VALID.iter_errors(message)] == []
        assert message["revision"] == seen.get(message["obligation_id"], -1) + 1
        seen[message["obligation_id"]] = message["revision"]
    assert {o.state for o in STORY} == {"due", "overdue", "done", "withdrawn"}


def test_every_field_is_seen_with_a_value() -> None:
    """No field goes untested because it is null, false or empty throughout the story."""
    filled = {name for o in STORY for name, value in obligation_fields(o).items() if value}
    assert set(SCHEMA["properties"]) - filled == {"voluntary"}
    reasons = {t.because for o in STORY for t in o.transitions}
    assert reasons >= {"crossed", "restored", "submitted", "deadline", "corrected", "absorbed"}


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("state", "waiting"), ("due_at", "soon"), ("addressees", []), ("revision", -1),
     ("submitted", {}), ("transitions", [{}]), ("surprise", 1), ("channels", [{"by": "owl"}])],
)  # fmt: skip
def test_what_is_wrong_is_noticed(field: str, wrong: object) -> None:
    """A schema that lets everything pass would say nothing."""
    message = json.loads(obligation_value(STORY[0]))
    assert not VALID.is_valid(message | {field: wrong})


def test_every_field_is_documented() -> None:
    """By its name, in docs/messages.md, and so is each reason."""
    names = {name for part in _objects(SCHEMA) for name in part["properties"]}
    because = SCHEMA["properties"]["transitions"]["items"]["properties"]["because"]["enum"]
    assert [name for name in sorted(names | set(because)) if f"`{name}`" not in DOCS] == []
