"""What is counted as it happens."""

from typing import Any

from aiokafka import ConsumerRecord, TopicPartition
from core.world import LAW, hit, us
from duties.desk import Desk, visible
from prometheus_client import CollectorRegistry

from monitor.core.law import Cell
from monitor.core.notification import Notification
from monitor.formats.reject import Reason
from monitor.ingest.letter import DeadLetter
from monitor.ingest.poll import Part, Poll
from monitor.metrics import registry_of
from monitor.metrics_count import (
    begin_at_zero,
    count_failed,
    count_moved,
    count_poll,
    count_refused,
    count_said,
)

EVERYTHING = ("worker", "ingest", "decide")


class Counted:
    """What was added to the counters since this was made; the counters are those of the process."""

    def __init__(self) -> None:
        """Note where they stand."""
        self._registry: CollectorRegistry = registry_of(EVERYTHING)  # type: ignore[arg-type]
        self._before = self._values()

    def _values(self) -> dict[Any, float]:
        return {
            (
                sample.name.removeprefix("outage_monitor_"),
                *sorted(sample.labels.values()),
            ): sample.value
            for family in self._registry.collect()
            for sample in family.samples
            if not sample.name.endswith("_bucket")
        }

    def since(self) -> dict[Any, float]:
        """Return what was added."""
        now = self._values()
        ours = {key: now[key] - self._before.get(key, 0) for key in now if "process" not in key[0]}
        return {key: more for key, more in ours.items() if more and "python" not in key[0]}


def record(topic: str, partition: int) -> ConsumerRecord:
    """Return a record of a topic."""
    return ConsumerRecord(topic, partition, 0, 0, 0, None, b"", None, 0, 0, ())


def notification(kind: Any, crossed: float, detected: float) -> Notification:
    """Return a notification of a crossing at a minute, detected at another."""
    return Notification(
        crossing_id="c", revision=0, type=kind, initial=True, rule=LAW.rules[0],
        cell=Cell(None, 9), outage_id="XX/a@", outage_key="XX/a", named_us=0, country="XX",
        first_onset_us=0, crossed_at_us=us(crossed), detected_at_us=us(detected), affected=(),
        reading="cautious", literal_met=True, planned=False, policy_set="hash",
    )  # fmt: skip


def test_alarms_are_counted_by_partition_and_result() -> None:
    """A record that is partly used is no rejected one; dead letters are told by their reason."""
    counted, source = Counted(), TopicPartition("t1", 3)
    letters = [
        (record("t1", 3), DeadLetter(Reason.PARTLY_USED, "")),
        (record("t1", 3), DeadLetter(Reason.NOT_JSON, "")),
        (record("t1", 3), DeadLetter(Reason.NO_KEY, "")),
    ]
    count_poll(Poll({source: Part(0, 10, 10)}, 8, {}, letters))
    assert counted.since() == {
        ("alarms_total", "3", "t1", "used"): 7,
        ("alarms_total", "3", "partly_used", "t1"): 1,
        ("alarms_total", "3", "rejected", "t1"): 2,
        ("dead_letters_total", "partly_used", "t1"): 1,
        ("dead_letters_total", "not_json", "t1"): 1,
        ("dead_letters_total", "no_key", "t1"): 1,
    }


def test_notifications_are_counted_with_how_late_they_were() -> None:
    """From the crossing to its detection, and from there to the write; never less than nothing."""
    counted = Counted()
    count_said([notification("required", 0, 2), notification("withdrawn", 3, 2)], us(2.5))
    added = counted.since()
    assert added["notifications_total", "X", "required", "x", "x.at_least"] == 1
    assert added["notifications_total", "X", "withdrawn", "x", "x.at_least"] == 1
    assert added["notification_lateness_seconds_sum", "X", "required"] == 120
    assert ("notification_lateness_seconds_sum", "X", "withdrawn") not in added
    assert added["notification_lateness_seconds_count", "X", "withdrawn"] == 1
    assert added["notification_write_seconds_sum",] == 60


def test_what_our_own_code_failed_on_is_a_dead_letter() -> None:
    """And nothing is counted where nothing failed."""
    counted = Counted()
    count_failed("inputs1", 0)
    count_failed("inputs1", 2)
    assert counted.since() == {("dead_letters_total", "inputs1", "internal_error"): 2}


def test_changes_of_duties_and_refused_actions_are_counted() -> None:
    """Each by what it is, and by why."""
    desk = Desk()
    desk.events(hit(0))
    counted = Counted()
    count_moved(visible(desk.changes))
    count_refused("actions1", ["unknown_outage", "unknown_outage"])
    assert counted.since() == {
        ("obligation_changes_total", "X", "due", "x", "x.notice"): 1,
        ("obligation_changes_total", "X", "due", "x", "x.report"): 1,
        ("dead_letters_total", "actions1", "unknown_outage"): 2,
    }


def test_what_has_not_happened_yet_is_exported_as_zero() -> None:
    """Else the first of each would not be seen as an increase."""
    begin_at_zero(LAW, ["t2"], "inputs2")
    names = {(s.name, *s.labels.values()) for s in _samples()}
    for kind in ("required", "corrected", "withdrawn"):
        assert ("outage_monitor_notifications_total", "X", "x", "x.effect", kind) in names
    for reason in Reason:
        assert ("outage_monitor_dead_letters_total", "t2", reason.value) in names
    assert ("outage_monitor_dead_letters_total", "inputs2", "internal_error") in names


def _samples() -> list[Any]:
    registry = registry_of(EVERYTHING)  # type: ignore[arg-type]  # a tuple of its literals
    return [sample for family in registry.collect() for sample in family.samples]
