"""What the log says of what a partition wrote, and what is counted of it."""

import time

import structlog

from monitor.core.notification import Notification
from monitor.core.written import time_text
from monitor.decide.applied import Applied, Moved
from monitor.decide.letters import SetAside
from monitor.decide.partition import Partition
from monitor.ingest.letter_log import LetterLog
from monitor.metrics_count import count_failed, count_moved, count_refused, count_said
from monitor.topics import Topics

_log = structlog.get_logger(__name__)


class Lines:
    """A line for each notification and each change of a duty; of dead letters not too many."""

    def __init__(self, topics: Topics) -> None:
        """Start without having said anything."""
        self._topics = topics
        self._actions = LetterLog(what="actions")

    def say(
        self, applied: Applied, aside: list[SetAside], partition: Partition, now_us: int
    ) -> None:
        """Say what was written just now."""
        count_said(applied.notifications, now_us)
        for n in applied.notifications:
            _say_notification(n)
        visible = [moved for moved in applied.moved if moved.visible]
        count_moved(moved.obligation for moved in visible)
        for moved in visible:
            _say_obligation(moved)
        self._say_set_aside(aside)
        _say_failures(partition)

    def _say_set_aside(self, aside: list[SetAside]) -> None:
        refused = [one for one in aside if one.output.topic == self._topics.actions_dlq.name]
        count_failed(self._topics.inputs.name, len(aside) - len(refused))
        count_refused(self._topics.actions.name, [one.why.reason for one in refused])
        for one in refused:
            self._actions.note(one.record, one.why, time.monotonic())

    def flush(self) -> None:
        """Say what waited for its time."""
        self._actions.flush(time.monotonic())


def _say_notification(n: Notification) -> None:
    _log.info(
        f"notification {n.type}",
        authority=n.rule.authority,
        rule=n.rule.rule,
        outage_id=n.outage_id,
        crossed_at=time_text(n.crossed_at_us),
        detected_at=time_text(n.detected_at_us),
        crossing_id=n.crossing_id,
        revision=n.revision,
    )


def _say_obligation(moved: Moved) -> None:
    now = moved.obligation
    _log.info(
        f"obligation {now.state}",
        authority=now.authority,
        step=now.step,
        outage_id=now.outage_id,
        due_at=time_text(now.due_us),
        obligation_id=now.obligation_id,
        revision=now.revision,
    )


def _say_failures(partition: Partition) -> None:
    """Say, loudly, for which outages no law was found, and of which no status can be made."""
    lawless, failed = partition.book.lawless, partition.statuses.failed
    for outage_key, first_onset_us in lawless:
        _log.error(
            "no policy in force, nothing is decided for this outage",
            outage_key=outage_key,
            first_onset=time_text(first_onset_us),
        )
    lawless.clear()
    for outage_key, error in failed.items():
        _log.error("no status can be made", outage_key=outage_key, exc_info=error)
    failed.clear()
