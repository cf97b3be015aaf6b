"""What the declared topics and those of a cluster differ in, and what can be done about it; pure.

Nothing here takes anything away: no topic is deleted, no retention shortened, no limit lowered.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final, Literal

from msgspec import Struct

from monitor.topics import Topic, Topics

#: They have the same outages on the same partitions, so the number of those can never change.
_COPARTITIONED: Final = ("inputs", "ledger")
_LOSES: Final = {
    "compact": "without compaction alone, what is still true is deleted when it is old",
    "delete": "compaction drops records that are still needed, and takes none without a key",
}
#: Kafka reads -1 as: no limit.
_UNLIMITED: Final = -1


class Severity(StrEnum):
    """How much a difference matters."""

    create = "create"
    change = "change"
    #: a worker does not start
    refuse = "refuse"
    note = "note"


class Found(Struct, frozen=True, kw_only=True):
    """A topic as the cluster has it."""

    partitions: int
    #: of the partition that has the fewest
    replicas: int
    #: None: the cluster does not tell
    config: Mapping[str, str] | None


class Cluster(Struct, frozen=True, kw_only=True):
    """What a cluster says of itself; only the topics that were asked for."""

    brokers: int
    topics: Mapping[str, Found]
    #: how long it remembers what a stopped reader has read; None: it does not tell
    offsets_retention_us: int | None = None


class Difference(Struct, frozen=True, kw_only=True):
    """One thing that is not as it should be."""

    #: empty: the cluster itself
    part: str
    topic: str
    #: `topic`, `partitions`, `replicas`, or the name of a setting of Kafka
    what: str
    is_: str
    should: str
    severity: Severity
    #: what can be done about it here
    remedy: Literal["create", "add partitions", "set"] | None = None
    #: why it matters, and what else there is to do
    why: str = ""

    @property
    def does(self) -> str:
        """Say what `apply` does about it."""
        match self.remedy:
            case "create":
                return "create it"
            case "add partitions":
                return f"add {int(self.should) - int(self.is_)}"
            case "set":
                return "set it"
        return "nothing"

    def __str__(self) -> str:
        """Say it in a sentence, with what to do."""
        if self.what == "topic":
            said = f"{self.topic} is missing"
        else:
            said = f"{self.topic}: {self.what} is {self.is_}, should be {self.should}"
        todo = "run `outage-monitor topics apply`" if self.remedy else ""
        return "; ".join(filter(None, (said, self.why, todo)))


def differences(topics: Topics, cluster: Cluster) -> list[Difference]:
    """Return everything that is not as declared, topic by topic."""
    found = {part: cluster.topics.get(topic.name) for part, topic in topics.by_part().items()}
    result: list[Difference] = []
    for part, topic in topics.by_part().items():
        if (there := found[part]) is None:
            result.append(_missing(part, topic, found, cluster.brokers))
        else:
            result += _partitions(part, topic, there, found)
            result += _replicas(part, topic, there, cluster.brokers)
            result += _settings(part, topic, there)
    return [*result, *_of_cluster(topics, cluster)]


def refused(found: list[Difference]) -> list[Difference]:
    """Return those with which a worker cannot work: topics that are missing, or wrong."""
    return [d for d in found if d.severity in (Severity.create, Severity.refuse)]


def _missing(
    part: str, topic: Topic, found: Mapping[str, Found | None], brokers: int
) -> Difference:
    replicas = min(topic.replication, brokers)
    should = f"{_count(topic.partitions, 'partition')}, {_count(replicas, 'replica')}"
    mate = _mate(part, found)
    # Made with the declared number it would be wrong for ever.
    fits = mate is None or mate.partitions == topic.partitions
    return Difference(
        part=part,
        topic=topic.name,
        what="topic",
        is_="missing",
        should=should,
        severity=Severity.create if fits else Severity.refuse,
        remedy="create" if fits else None,
        why="" if fits or mate is None else _as_many(mate.partitions),
    )


def _partitions(
    part: str, topic: Topic, there: Found, found: Mapping[str, Found | None]
) -> Iterator[Difference]:
    if there.partitions == topic.partitions:
        return
    mate = _mate(part, found)
    severity, why = Severity.note, "it works so; adding some would move keys to other partitions"
    grows = topic.grows and there.partitions < topic.partitions
    if part in _COPARTITIONED:
        severity = Severity.refuse
        agree = mate is None or mate.partitions == there.partitions
        why = _as_many(there.partitions) if agree else _disagree(found)
    elif grows:
        severity, why = Severity.change, ""
    elif there.partitions > topic.partitions:
        why = "it works so; partitions can only be added"
    yield Difference(
        part=part,
        topic=topic.name,
        what="partitions",
        is_=str(there.partitions),
        should=str(topic.partitions),
        severity=severity,
        remedy="add partitions" if grows and severity == Severity.change else None,
        why=why,
    )


def _mate(part: str, found: Mapping[str, Found | None]) -> Found | None:
    """Return the topic that must have as many partitions, if it is there."""
    others = [other for other in _COPARTITIONED if part in _COPARTITIONED and other != part]
    return found[others[0]] if others else None


def _as_many(partitions: int) -> str:
    return (
        "the number of partitions says where an outage is counted and cannot change: declare "
        f"`partitions: {partitions}` for inputs and ledger in a topics.yaml of your own "
        "(MONITOR_TOPICS_FILE), or begin anew with another MONITOR_APP_ID"
    )


def _disagree(found: Mapping[str, Found | None]) -> str:
    numbers = " and ".join(
        f"{part} has {there.partitions}" for part in _COPARTITIONED if (there := found[part])
    )
    return (
        f"{numbers} partitions, so an outage is counted on one and its state kept on another: "
        "delete the topic of the ledger yourself, apply, and rebuild the ledger from inputs; "
        "or begin anew with another MONITOR_APP_ID"
    )


def _replicas(part: str, topic: Topic, there: Found, brokers: int) -> Iterator[Difference]:
    should = min(topic.replication, brokers)
    if there.replicas < should:
        yield Difference(
            part=part,
            topic=topic.name,
            what="replicas",
            is_=str(there.replicas),
            should=str(should),
            severity=Severity.note,
            why="a lost broker may take records with it; more replicas are made with Kafka's "
            "kafka-reassign-partitions.sh",
        )


def _settings(part: str, topic: Topic, there: Found) -> Iterator[Difference]:
    if there.config is None:
        yield Difference(
            part=part,
            topic=topic.name,
            what="settings",
            is_="not told",
            should="as declared",
            severity=Severity.note,
            why="the cluster does not tell them, or this user may not ask (DescribeConfigs)",
        )
        return
    for name, should in topic.config_for(there.replicas).items():
        is_ = there.config.get(name, "")
        if found := _setting(topic, there, (name, is_, should)):
            severity, why = found
            yield Difference(
                part=part,
                topic=topic.name,
                what=name,
                is_=is_ or "not set",
                should=should,
                severity=severity,
                remedy=None if severity == Severity.note else "set",
                why=why,
            )


def _setting(
    topic: Topic, there: Found, setting: tuple[str, str, str]
) -> tuple[Severity, str] | None:
    """Return how much a setting matters that is not as declared, and why; None where it is fine."""
    name, is_, should = setting
    if _same(is_, should) or (name == "retention.ms" and topic.cleanup == "compact"):
        return None
    if name == "cleanup.policy":
        return Severity.refuse, _LOSES[topic.cleanup]
    if name == "min.insync.replicas" and is_ and int(is_) > there.replicas:
        return Severity.refuse, f"nothing can be written with {_count(there.replicas, 'replica')}"
    if name in ("retention.ms", "retention.bytes") and is_ and _is_more(is_, should):
        return Severity.note, "more is kept than declared; it is never shortened here"
    if name in ("max.message.bytes", "min.insync.replicas") and is_ and int(is_) > int(should):
        return None
    return Severity.change, ""


def _is_more(is_: str, should: str) -> bool:
    try:
        there, declared = int(is_), int(should)
    except ValueError:
        # Kafka itself says best what is wrong with such a value.
        return False
    return declared != _UNLIMITED and (there == _UNLIMITED or there > declared)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _same(one: str, other: str) -> bool:
    """Compare settings as Kafka means them: 0.20 is 0.2, and a list has no order."""
    if one.replace(" ", "").split(",") == other.replace(" ", "").split(","):
        return True
    try:
        return float(one) == float(other)
    except ValueError:
        return sorted(one.lower().split(",")) == sorted(other.lower().split(","))


def _of_cluster(topics: Topics, cluster: Cluster) -> Iterator[Difference]:
    wanted = max(topic.replication for topic in topics.all())
    if cluster.brokers < wanted:
        yield Difference(
            part="",
            topic="the cluster",
            what="brokers",
            is_=str(cluster.brokers),
            should=str(wanted),
            severity=Severity.note,
            why=f"topics are made with {_count(cluster.brokers, 'replica')} at most: a lost broker "
            "may take records with it",
        )
    kept_us, alarms_us = cluster.offsets_retention_us, topics.alarms.retention_us
    if kept_us is not None and (alarms_us is None or kept_us < alarms_us):
        minutes = "-1" if alarms_us is None else str(alarms_us // 60_000_000)
        yield Difference(
            part="",
            topic="the cluster",
            what="offsets.retention.minutes",
            is_=str(kept_us // 60_000_000),
            should=minutes,
            severity=Severity.note,
            why="after a longer stop all alarms are read again from the beginning of their topic: "
            "they are recognised, but it takes time; it is set in the brokers' configuration",
        )
