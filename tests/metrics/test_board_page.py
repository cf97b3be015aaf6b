"""The board's metrics: what nobody has acknowledged, and how fresh it is; numbers only."""

import json
import time
from typing import Any

from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families as parsed

from monitor.board.hub import Hub
from monitor.board.live import Live
from monitor.board.metrics import registry_of
from monitor.board.pulse import Pulse
from monitor.board.state import State
from monitor.clock import WallClock
from monitor.metrics import METRICS, PREFIX


def notification(crossing: str, minute: int, **more: Any) -> bytes:
    """Return a notification, detected at a minute past eight."""
    fields = {
        "crossing_id": crossing, "revision": 0, "type": "required", "initial": True,
        "authority": "BIPT", "policy": "be.bipt", "rule": "be.bipt.users",
        "cell": {"duration": "PT1H", "end_users": 25000}, "outage_id": "BE/secret@T",
        "outage_key": "BE/secret", "country": "BE", "first_onset": "2026-03-14T07:00:00Z",
        "crossed_at": "2026-03-14T08:00:00Z", "detected_at": f"2026-03-14T08:{minute:02}:00Z",
    }  # fmt: skip
    return json.dumps(fields | more).encode()


def acknowledged(crossing: str, revision: int = 0) -> bytes:
    """Return an acknowledgement."""
    return json.dumps(
        {
            "action_id": f"a-{crossing}-{revision}", "kind": "acknowledged", "who": "somebody",
            "outage_id": "BE/secret@T", "crossing_id": crossing, "revision": revision,
            "at": "2026-03-14T08:30:00Z",
        }
    ).encode()  # fmt: skip


def told(state: State, answered_s: float | None = None) -> tuple[dict[Any, float], str]:
    """Return the samples of a board's page, and its text."""
    pulse = Pulse(WallClock())
    if answered_s is not None:
        pulse.answered(answered_s)
    text = generate_latest(registry_of(Live(state, Hub("e"), WallClock(), pulse))).decode()
    samples = [sample for family in parsed(text) for sample in family.samples]
    return {(s.name.removeprefix(PREFIX), *s.labels.values()): s.value for s in samples}, text


def test_what_nobody_acknowledged_is_told_with_the_oldest() -> None:
    """Acknowledged and withdrawn ones do not count; a new revision must be seen again."""
    state = State()
    state.take_notification(notification("seen", 1))
    state.take_action(acknowledged("seen"))
    state.take_notification(notification("gone", 2))
    state.take_notification(notification("gone", 3, revision=1, type="withdrawn"))
    state.take_notification(notification("old", 5))
    state.take_notification(notification("new", 9))
    samples, _ = told(state)
    assert samples["unacknowledged_notifications", "BIPT", "BE"] == 2
    since_s = samples["unacknowledged_since_timestamp_seconds", "BIPT", "BE"]
    assert since_s == 1_773_475_200 + 5 * 60
    state.take_notification(notification("seen", 20, revision=1, type="corrected"))
    assert told(state)[0]["unacknowledged_notifications", "BIPT", "BE"] == 3


def test_when_all_is_acknowledged_a_zero_is_told() -> None:
    """And there is nothing to be the oldest."""
    state = State()
    state.take_notification(notification("seen", 1))
    state.take_action(acknowledged("seen"))
    samples, _ = told(state)
    assert samples["unacknowledged_notifications", "BIPT", "BE"] == 0
    assert not [key for key in samples if key[0] == "unacknowledged_since_timestamp_seconds"]


def test_nobody_is_named() -> None:
    """The page of metrics asks nobody who they are: no outage and no person stands in it."""
    state = State()
    state.take_notification(notification("c", 1))
    state.take_action(acknowledged("c"))
    _, text = told(state)
    assert "secret" not in text
    assert "somebody" not in text


def test_freshness_is_told_once_it_is_known() -> None:
    """How long ago the broker answered; before the first answer nothing."""
    assert ("board_silent_seconds",) not in told(State())[0]
    assert told(State(), time.monotonic() - 40)[0]["board_silent_seconds",] >= 40


def test_all_of_it_is_listed() -> None:
    """The board exports the list's own metrics, and those of its process."""
    state = State()
    state.take_notification(b"no json")
    state.take_notification(notification("c", 1))
    listed = {metric.name for metric in METRICS if metric.part == "board"}
    samples, _ = told(state, time.monotonic())
    ours = {PREFIX + key[0] for key in samples if not key[0].startswith(("process", "python"))}
    assert ours <= listed
    assert samples["board_unreadable_records_total", "notification"] == 1
