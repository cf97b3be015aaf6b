"""What the topics say is what the page shows; read again it is the same."""

from typing import Any

import pytest

from board import samples
from board.samples import Message, action, notification, obligation, status, written
from board.served import feed
from monitor.board.state import FEED_MOST, State


def fed(**records: list[Message]) -> State:
    """Return a state that was fed."""
    state = State()
    parts = ("statuses", "notifications", "actions", "obligations")
    feed(state, *(records.get(part, []) for part in parts))
    return state


def test_an_open_outage_is_on_the_page_until_it_ends() -> None:
    """Open: a row. Ended: gone from the page, and still to be asked for."""
    state = fed(statuses=[status()])
    name = status()["outage_id"]
    assert state.changes()["outages"][name]["outage_key"] == "BE/agg-1"
    state.take_status(name, written(status(state="ended", ended_at=samples.AT_0900)))
    assert state.changes() == {"outages": {name: None}}
    assert state.outages[name].status.state == "ended"


def test_a_deleted_status_is_forgotten() -> None:
    """A record without a value takes it away."""
    state = fed(statuses=[status()])
    state.changes()
    state.take_status(status()["outage_id"], None)
    assert state.changes() == {"outages": {status()["outage_id"]: None}}
    assert not state.outages


def test_a_change_of_one_count_is_a_small_patch() -> None:
    """The rule that changed, its count, the new point, the time: nothing else."""
    state = fed(statuses=[status()])
    state.changes()
    counts = {"cautious": 30_001, "literal": 28_000}
    series = {"since": samples.AT_0800, "after_seconds": [0, 90],
              "cautious": [30_000, 30_001], "literal": [30_000, 28_000]}  # fmt: skip
    again = status(rules=[samples.rule(end_users=counts)], series=series)
    state.take_status(again["outage_id"], written(again))
    (patch,) = state.changes()["outages"].values()
    assert patch.pop("last")[1:] == [30_001, 28_000]
    assert patch == {"rules": {"be.bipt.users": {"end_users": {"cautious": 30_001}}}, "version": 2}


def test_nothing_new_is_nothing() -> None:
    """An equal notification is a repeat; without records there is no patch."""
    state = fed(notifications=[notification()])
    assert state.changes()["crossings"]
    state.take_notification(written(notification()))
    assert state.changes() == {}


def test_the_last_revision_is_the_truth() -> None:
    """Also where an earlier one comes again."""
    later = notification(revision=1, type="withdrawn", superseded_by=None)
    state = fed(notifications=[notification(), later, notification()])
    (row,) = state.changes()["crossings"].values()
    assert (row["type"], row["revision"]) == ("withdrawn", 1)
    (crossing,) = state.crossings.values()
    assert len(crossing.values) == 2


def test_an_acknowledgement_is_of_a_revision() -> None:
    """Whoever saw the first revision has not seen the second."""
    said = notification()
    state = fed(actions=[action(said)], notifications=[said])
    (row,) = state.changes()["crossings"].values()
    assert row["acknowledged"] == {"who": "Anna", "at": "2026-03-14T09:01:00Z"}
    assert state.unacknowledged == 0
    state.take_notification(written({**said, "revision": 1, "type": "corrected"}))
    (patch,) = state.changes()["crossings"].values()
    assert patch["acknowledged"] is None
    assert state.unacknowledged == 1


def test_the_first_who_acknowledged_stands() -> None:
    """A second one does not take their place."""
    said = notification()
    state = fed(notifications=[said], actions=[action(said), action(said, who="Bert")])
    (row,) = state.changes()["crossings"].values()
    assert row["acknowledged"]["who"] == "Anna"
    assert len(state.actions[said["outage_id"]]) == 2


def test_the_page_holds_so_many_crossings() -> None:
    """The oldest leave the page; they stay in the exports."""
    many = [notification(f"BE/{n}") for n in range(FEED_MOST + 5)]
    state = fed(notifications=many)
    assert len(state.changes()["crossings"]) == FEED_MOST
    state.take_notification(written(notification("BE/new")))
    changed = state.changes()["crossings"]
    assert sorted(value is None for value in changed.values()) == [False, True]
    assert len(state.crossings) == FEED_MOST + 6


def test_obligations_are_shown_as_far_as_they_are_known() -> None:
    """Their outage's version grows, so that its page is drawn anew."""
    state = fed(statuses=[status()], obligations=[obligation(unheard_of=1)])
    (row,) = state.changes()["obligations"].values()
    assert row["due_at"] == samples.AT_0900
    assert "unheard_of" not in row
    before = state.version(status()["outage_id"])
    state.take_obligation("duty of BE/agg-1", None)
    assert state.changes()["obligations"] == {"duty of BE/agg-1": None}
    assert state.version(status()["outage_id"]) == before + 1


@pytest.mark.parametrize(
    ("about", "kind", "at", "seen"),
    [
        ("duty of BE/agg-1", "acknowledged", "2026-03-14T09:01:00Z", True),
        ("be.bipt.brief_notice", "submitted", "2026-03-14T09:00:00Z", True),
        (None, "acknowledged", "2026-03-14T09:01:00Z", True),
        (None, "note", "2026-03-14T09:01:00Z", False),
        (None, "acknowledged", "2026-03-14T08:59:59Z", False),
        ("another duty", "submitted", "2026-03-14T09:01:00Z", False),
    ],
)
def test_whoever_sees_to_a_duty_has_seen_what_called_for_it(
    about: str | None, kind: str, at: str, *, seen: bool
) -> None:
    """By its id, its step, or all of the outage; done after the crossing was told, and no note."""
    said = notification(obligations=["duty of BE/agg-1"])
    did = action(said, kind=kind, at=at, obligation=about, crossing_id=None, revision=None)
    # The obligation comes last: after a restart topics are read in any order.
    state = fed(notifications=[said], actions=[did])
    state.changes()
    state.take_obligation("duty of BE/agg-1", written(obligation()))
    assert state.unacknowledged == (not seen)
    (row,) = state.document()["crossings"].values()
    if about == "be.bipt.brief_notice":
        (row,) = state.changes()["crossings"].values()
    assert ("acknowledged" in row) == seen


@pytest.mark.parametrize("value", [b"", b"{", b"null", b"[]", b'{"outage_id": 1}', b"\xff"])
def test_what_cannot_be_read_is_counted(value: bytes) -> None:
    """And changes nothing."""
    state = State()
    state.take_status("x", value)
    state.take_notification(value)
    state.take_action(value)
    assert sum(state.unreadable.values()) == 3
    assert not state.outages
    assert not state.changes()


def test_fields_from_the_future_are_passed_over() -> None:
    """At the top and inside."""
    newer = status(new=1, rules=[samples.rule(new={"deep": 1})])
    state = fed(statuses=[newer], notifications=[notification(new=[1])])
    assert not state.unreadable
    assert state.outages


def test_read_again_it_is_the_same() -> None:
    """All records once more, as after a restart: the same page."""
    said = notification()
    records: dict[str, Any] = {
        "statuses": [status(), status("BE/agg-2")],
        "notifications": [said, {**said, "revision": 1, "type": "corrected"}],
        "actions": [action(said, revision=1)],
    }
    first, second = fed(**records), fed(**records)
    for state in (first, second):
        state.changes()
    assert first.document() == second.document()


def test_the_samples_fit_the_schemas() -> None:
    """Otherwise these tests would be about something else."""
    import json  # noqa: PLC0415 - only here
    from importlib.resources import files  # noqa: PLC0415

    from jsonschema import Draft202012Validator  # noqa: PLC0415

    statuses, notifications, _ = samples.hostile()
    for name, messages in (
        ("outage.status.v1", [status(), *statuses]),
        ("notification.required.v1", [notification(), *notifications]),
    ):
        schema = json.loads((files("monitor") / "schemas" / f"{name}.json").read_text("utf-8"))
        for message in messages:
            Draft202012Validator(schema).validate(message)
