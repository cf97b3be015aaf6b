"""Every metric there is: its type, unit, labels and meaning. What is not in here is not exported.

Labels are bounded. Text from alarms is never one: an alarm's `source` is free text from outside, so
alarms are counted by the topic and partition they came from. Only what ends in the outage's id has
a label that grows, and of those there are `WATCHED` outages at a time (and `CROSSINGS` crossings):
those that matter most now. Sums are complete; where an outage has no series of its own,
`outage_monitor_unwatched_outages` counts it.

Counters and histograms are objects that count; gauges are read when somebody asks for them.
"""

from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

# A second series for each, that says when the first began, would help nobody.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library gives it no types

Kind = Literal["counter", "gauge", "histogram"]
#: Who exports it: a worker that reads alarms, one that decides, every worker, or the board.
Part = Literal["ingest", "decide", "worker", "board"]

PREFIX: Final = "outage_monitor_"
#: So many outages of a worker have series of their own, and so many crossings.
WATCHED: Final = 50
CROSSINGS: Final = 200

#: label values, and the value
Sample = tuple[Sequence[str], float]


class Metric(NamedTuple):
    """One metric; its name is that of the series, but for what a histogram appends."""

    name: str
    kind: Kind
    part: Part
    unit: str
    labels: tuple[str, ...]
    meaning: str

    def family(self, samples: Iterable[Sample]) -> GaugeMetricFamily | CounterMetricFamily:
        """Return the values as they are now, for whoever collects them."""
        of_kind = CounterMetricFamily if self.kind == "counter" else GaugeMetricFamily
        family = of_kind(self.name, self.meaning, labels=self.labels)
        for labels, value in samples:
            family.add_metric(labels, value)
        return family


#: The closed list, in the order of the documentation.
METRICS: Final[list[Metric]] = []
_COUNTED: Final[dict[Part, list[Collector]]] = {"ingest": [], "decide": [], "worker": []}


def registry_of(parts: Iterable[Part], *collectors: Collector) -> CollectorRegistry:
    """Return what a process of these parts exports, with the facts of the process itself."""
    registry = CollectorRegistry()
    for of_process in (ProcessCollector, PlatformCollector, GCCollector):
        of_process(registry=registry)
    for collector in [*(c for part in parts for c in _COUNTED.get(part, ())), *collectors]:
        registry.register(collector)
    return registry


def _listed(kind: Kind, part: Part, name: str, unit: str, labels: str, meaning: str) -> Metric:
    metric = Metric(PREFIX + name, kind, part, unit, tuple(labels.split()), meaning)
    METRICS.append(metric)
    return metric


def _gauge(part: Part, name: str, unit: str, labels: str, meaning: str) -> Metric:
    return _listed("gauge", part, name, unit, labels, meaning)


def _read_counter(part: Part, name: str, unit: str, labels: str, meaning: str) -> Metric:
    """List a counter that is kept elsewhere, and read when somebody asks."""
    return _listed("counter", part, name, unit, labels, meaning)


def _counter(part: Part, name: str, unit: str, labels: str, meaning: str) -> Counter:
    listed = _listed("counter", part, name, unit, labels, meaning)
    counter = Counter(listed.name, meaning, listed.labels, registry=None)
    _COUNTED.setdefault(part, []).append(counter)
    return counter


def _histogram(
    part: Part, name: str, labels: str, buckets: Sequence[float], meaning: str
) -> Histogram:
    listed = _listed("histogram", part, name, "seconds", labels, meaning)
    histogram = Histogram(listed.name, meaning, listed.labels, buckets=buckets, registry=None)
    _COUNTED.setdefault(part, []).append(histogram)
    return histogram


# -- every worker

BUILD_INFO: Final = _gauge(
    "worker", "build_info", "1", "version policy_set reading role",
    "Always 1. The labels say which program decides by which policies, and what this worker does.",
)  # fmt: skip
READY: Final = _gauge(
    "worker", "ready", "0 or 1", "",
    "Whether everything is there that this worker needs; /health/ready says what is missing.",
)  # fmt: skip
IDLE_SECONDS: Final = _gauge(
    "worker", "idle_seconds", "seconds", "part",
    "How long ago the slowest loop of ingest or decide last went round; over 60 s it hangs.",
)  # fmt: skip
POLICY_END_SECONDS: Final = _gauge(
    "worker", "policy_end_seconds", "seconds", "policy authority",
    "Time until rules of a policy end without a version that goes on; negative: they have ended. "
    "Absent while no end is known.",
)  # fmt: skip

# -- ingest

ALARMS: Final = _counter(
    "ingest", "alarms_total", "records", "topic partition result",
    "Alarm records taken from a source partition: used, partly_used (an entry was left out, and "
    "the record is a dead letter as well) or rejected.",
)  # fmt: skip
DEAD_LETTERS: Final = _counter(
    "worker", "dead_letters_total", "records", "topic reason",
    "Records set aside, by the topic they came from and the reason of the closed list.",
)  # fmt: skip
INGEST_LAG_RECORDS: Final = _gauge(
    "ingest", "ingest_lag_records", "records", "topic partition",
    "Records of a source partition that the broker has and that are not forwarded yet.",
)  # fmt: skip
INGEST_LAG_SECONDS: Final = _gauge(
    "ingest", "ingest_lag_seconds", "seconds", "topic partition",
    "How far behind the broker's clock a source partition is confirmed; its backlog in time.",
)  # fmt: skip
INVENTORY_ELEMENTS: Final = _gauge(
    "ingest", "inventory_elements", "elements", "",
    "Elements of the network that are known; without any, alarms wait.",
)  # fmt: skip
INVENTORY_AGE_SECONDS: Final = _gauge(
    "ingest", "inventory_age_seconds", "seconds", "",
    "How old the newest record of the inventory is, by its time stamp.",
)  # fmt: skip
INVENTORY_UNREADABLE: Final = _gauge(
    "ingest", "inventory_unreadable_records", "records", "",
    "Records of the inventory that could not be read since this worker started.",
)  # fmt: skip

# -- decide: the monitor itself

INPUT_PARTITIONS: Final = _gauge(
    "decide", "input_partitions", "partitions", "",
    "How many partitions of inputs there are; each must be worked on by some worker.",
)  # fmt: skip
PARTITIONS: Final = _gauge(
    "decide", "partitions", "partitions", "state",
    "Partitions of inputs that this worker has: working, or recovering (its ledger is read back).",
)  # fmt: skip
INPUT_LAG_RECORDS: Final = _gauge(
    "decide", "input_lag_records", "records", "partition",
    "Records of a partition of inputs that the broker is known to have and are not applied.",
)  # fmt: skip
CLOCK_LAG_SECONDS: Final = _gauge(
    "decide", "clock_lag_seconds", "seconds", "partition",
    "How old *now* is: the wall clock minus the time up to which a partition saw all input.",
)  # fmt: skip
INPUT_STALLED: Final = _gauge(
    "decide", "input_stalled", "0 or 1", "partition",
    "1 while nobody confirms the input and the clock goes on without it.",
)  # fmt: skip
RECOVERY_SECONDS: Final = _gauge(
    "decide", "recovery_seconds", "seconds", "partition",
    "How long it took to read the ledger of a partition back, the last time.",
)  # fmt: skip
LEDGER_RECORDS: Final = _gauge(
    "decide", "ledger_records", "records", "partition",
    "Records that the ledger of a partition holds, superseded ones apart.",
)  # fmt: skip
OUTAGE_KEYS: Final = _gauge(
    "decide", "outage_keys", "outage keys", "partition state",
    "Outage keys of a ledger: awake (in memory), asleep (read back, in the figures below once it "
    "is awake) or faulty (left alone, or its duties are, as the program fails on it).",
)  # fmt: skip
LATE_EVENTS: Final = _read_counter(
    "decide", "late_events_total", "events", "partition",
    "Events that were left out because they lie behind the lateness horizon.",
)  # fmt: skip
REPEATED_EVENTS: Final = _read_counter(
    "decide", "repeated_events_total", "events", "partition",
    "Events that were exact repeats of earlier ones; they change nothing.",
)  # fmt: skip
STRAYS: Final = _gauge(
    "decide", "stray_clears", "events", "",
    "Clears and changes that found no active alarm: what they meant may stay open elsewhere.",
)  # fmt: skip

# -- decide: outages

OPEN_OUTAGES: Final = _gauge(
    "decide", "open_outages", "outages", "country", "Outages that are going on."
)
OUTAGES_WITHOUT_POLICY: Final = _gauge(
    "decide", "outages_without_policy", "outages", "country",
    "Outages going on that began when no policy of their country was in force: nothing is decided.",
)  # fmt: skip
END_USERS: Final = _gauge(
    "decide", "affected_end_users", "end-users", "country service reading",
    "End-users affected by the outages going on, in both readings.",
)  # fmt: skip
EFFECT_OUTAGES: Final = _gauge(
    "decide", "effect_outages", "outages", "country kind",
    "Outages going on in which an active alarm carries an effect of this kind.",
)  # fmt: skip
NEXT_CROSSING_SECONDS: Final = _gauge(
    "decide", "next_crossing_seconds", "seconds", "authority",
    "Time until the next crossing for an authority if nothing changes; negative: it is due.",
)  # fmt: skip
NOTIFICATIONS: Final = _counter(
    "decide", "notifications_total", "notifications", "authority policy rule type",
    "Notifications written: required, corrected or withdrawn. It starts anew with each worker; "
    "alerts go by outage_monitor_crossing_detected_timestamp_seconds.",
)  # fmt: skip
LATENESS: Final = _histogram(
    "decide", "notification_lateness_seconds", "authority type",
    (0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1000, 10_000, 100_000),
    "From the instant of a crossing to its detection (detected_at minus crossed_at). Late alarms "
    "and a backlog are in it; a deadline that passes in quiet is detected within a second.",
)  # fmt: skip
WRITE_DELAY: Final = _histogram(
    "decide", "notification_write_seconds", "",
    (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
    "From the detection of a crossing to the moment its notification was durable.",
)  # fmt: skip

# -- decide: duties

OBLIGATIONS: Final = _gauge(
    "decide", "obligations", "duties", "authority state voluntary",
    "Duties to notify that have still to be done: due or overdue. Voluntary (yes or no): the law "
    "asks nothing.",
)  # fmt: skip
NEXT_OBLIGATION_SECONDS: Final = _gauge(
    "decide", "next_obligation_seconds", "seconds", "authority step",
    "Time until the next duty of a step that is not done yet must be; voluntary ones and those "
    "that are overdue apart.",
)  # fmt: skip
OBLIGATION_CHANGES: Final = _counter(
    "decide", "obligation_changes_total", "changes", "authority policy step state",
    "Records of duties written, by the state they say: due, overdue, done or withdrawn. One that "
    "only adds something (an acknowledgement, a note) counts, too.",
)  # fmt: skip

# -- decide: the outages that matter most, each by its id

CROSSING_DETECTED: Final = _gauge(
    "decide", "crossing_detected_timestamp_seconds", "seconds since 1970",
    "outage_id country authority rule cell type",
    "When the last revision of a crossing was detected, and its type; for outages going on and for "
    f"24 hours after the detection, the latest {CROSSINGS}. Read from the state, so it survives "
    "restarts. The cell is duration/end-users, or the kind of an effect without its target.",
)  # fmt: skip
OUTAGE_END_USERS: Final = _gauge(
    "decide", "outage_end_users", "end-users", "outage_id country service reading",
    f"End-users of one outage; of the {WATCHED} that matter most.",
)  # fmt: skip
OUTAGE_NEXT_CROSSING: Final = _gauge(
    "decide", "outage_next_crossing_seconds", "seconds", "outage_id country authority",
    f"Time until the next crossing of one outage; of the {WATCHED} that matter most.",
)  # fmt: skip
OUTAGE_EFFECTS: Final = _gauge(
    "decide", "outage_effects", "effects", "outage_id country kind",
    f"Targets of an effect that active alarms carry; of the {WATCHED} outages that matter most.",
)  # fmt: skip
UNWATCHED: Final = _gauge(
    "decide", "unwatched_outages", "outages", "",
    f"Outages going on that have no series of their own because {WATCHED} others matter more.",
)  # fmt: skip

# -- board: numbers only, for its page of metrics asks nobody who they are

BOARD_VIEWERS: Final = _gauge(
    "board", "board_viewers", "viewers", "", "Pages that are open and follow the board."
)
BOARD_OUTAGES: Final = _gauge(
    "board", "board_open_outages", "outages", "", "Outages going on as the board shows them."
)
BOARD_SILENT_SECONDS: Final = _gauge(
    "board", "board_silent_seconds", "seconds", "",
    "How long ago the broker last answered the board; what it shows is not fresher than that.",
)  # fmt: skip
BOARD_COUNTING_LATE_SECONDS: Final = _gauge(
    "board", "board_counting_late_seconds", "seconds", "",
    "How far behind the workers are with counting, as the board sees it without asking them.",
)  # fmt: skip
BOARD_UNREADABLE: Final = _read_counter(
    "board", "board_unreadable_records_total", "records", "record",
    "Records that the board could not read, by what they should have been.",
)  # fmt: skip
UNACKNOWLEDGED: Final = _gauge(
    "board", "unacknowledged_notifications", "notifications", "country authority",
    "Crossings whose last revision must be notified and that nobody has acknowledged.",
)  # fmt: skip
UNACKNOWLEDGED_SINCE: Final = _gauge(
    "board", "unacknowledged_since_timestamp_seconds", "seconds since 1970", "country authority",
    "When the oldest of these was detected.",
)  # fmt: skip
