"""What is counted as it happens: once a poll, and once a notification; never once an alarm."""

from collections import Counter
from collections.abc import Iterable

from monitor.core.duty_state import Obligation
from monitor.core.law import Law
from monitor.core.notification import Notification
from monitor.formats.reject import Reason
from monitor.ingest.poll import Poll
from monitor.metrics import (
    ALARMS,
    DEAD_LETTERS,
    LATENESS,
    NOTIFICATIONS,
    OBLIGATION_CHANGES,
    WRITE_DELAY,
)

_SECOND_US = 1_000_000
_RESULTS = ("used", "partly_used", "rejected")


def count_poll(poll: Poll) -> None:
    """Count the records and dead letters of a poll once the broker has what followed from it."""
    letters = Counter((r.topic, r.partition, str(letter.reason)) for r, letter in poll.letters)
    partly: Counter[tuple[str, int]] = Counter()
    rejected: Counter[tuple[str, int]] = Counter()
    for (topic, partition, reason), count in letters.items():
        DEAD_LETTERS.labels(topic, reason).inc(count)
        (partly if reason == Reason.PARTLY_USED else rejected)[topic, partition] += count
    for (topic, partition), part in poll.parts.items():
        source = (topic, partition)
        used = part.records - partly[source] - rejected[source]
        for result, count in zip(_RESULTS, (used, partly[source], rejected[source]), strict=True):
            ALARMS.labels(topic, str(partition), result).inc(count)


def count_said(said: Iterable[Notification], now_us: int) -> None:
    """Count notifications that were written just now."""
    for n in said:
        NOTIFICATIONS.labels(n.rule.authority, n.rule.policy, n.rule.rule, n.type).inc()
        late_us = max(0, n.detected_at_us - n.crossed_at_us)
        LATENESS.labels(n.rule.authority, n.type).observe(late_us / _SECOND_US)
        WRITE_DELAY.observe(max(0, now_us - n.detected_at_us) / _SECOND_US)


def count_failed(topic: str, count: int) -> None:
    """Count records of a topic that were set aside because our own code failed on them."""
    if count:
        DEAD_LETTERS.labels(topic, str(Reason.INTERNAL_ERROR)).inc(count)


def count_moved(moved: Iterable[Obligation]) -> None:
    """Count changes of obligations that were written just now."""
    for now in moved:
        OBLIGATION_CHANGES.labels(now.authority, now.policy, now.step, now.state).inc()


def count_refused(topic: str, reasons: Iterable[str]) -> None:
    """Count actions that could not be taken."""
    for reason in reasons:
        DEAD_LETTERS.labels(topic, str(reason)).inc()


def begin_at_zero(law: Law, sources: Iterable[str], inputs: str) -> None:
    """Export what was not counted yet as 0: an increase from nothing is not seen as one."""
    for rule in law.rules:
        for kind in ("required", "corrected", "withdrawn"):
            NOTIFICATIONS.labels(rule.authority, rule.policy, rule.rule, kind)
            LATENESS.labels(rule.authority, kind)
    for step in law.steps.all:
        for state in ("due", "overdue", "done", "withdrawn"):
            OBLIGATION_CHANGES.labels(step.authority, step.policy, step.step, state)
    DEAD_LETTERS.labels(inputs, str(Reason.INTERNAL_ERROR))
    for topic in sources:
        for reason in Reason:
            DEAD_LETTERS.labels(topic, str(reason))
