"""What differs between declared topics and those of a cluster, and what is done about it."""

from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest
import yaml

from monitor.topics import Topics, load_topics
from monitor.topics_plan import Cluster, Difference, Found, Severity, differences, refused

PACKAGED = Path(__file__).parents[2] / "monitor" / "topics.yaml"
TOPICS = load_topics("x")
#: -1 in Kafka
NO_LIMIT = "-1"


def as_declared(topics: Topics = TOPICS, brokers: int = 3) -> Cluster:
    """Return a cluster that has everything as it should be."""
    return Cluster(
        brokers=brokers,
        topics={
            topic.name: Found(
                partitions=topic.partitions,
                replicas=min(topic.replication, brokers),
                config=topic.config_for(min(topic.replication, brokers)),
            )
            for topic in topics.all()
        },
    )


def but(
    part: str,
    *,
    config: Mapping[str, str | None] | None = None,
    cluster: Cluster | None = None,
    **changes: object,
) -> Cluster:
    """Return a cluster like that, with something else in one topic; a setting of None is gone."""
    cluster = cluster or as_declared()
    name = TOPICS.by_part()[part].name
    found = cluster.topics[name]
    if config is not None:
        merged = {**(found.config or {}), **config}
        changes["config"] = {key: value for key, value in merged.items() if value is not None}
    topics = {**cluster.topics, name: msgspec.structs.replace(found, **changes)}
    return msgspec.structs.replace(cluster, topics=topics)


def without(*parts: str, cluster: Cluster | None = None) -> Cluster:
    """Return a cluster in which these topics are missing."""
    cluster = cluster or as_declared()
    gone = {TOPICS.by_part()[part].name for part in parts}
    left = {name: found for name, found in cluster.topics.items() if name not in gone}
    return msgspec.structs.replace(cluster, topics=left)


def short(found: list[Difference]) -> list[tuple[str, str, str, str | None]]:
    """Return part, what, severity and remedy of each difference."""
    return [(d.part, d.what, d.severity.value, d.remedy) for d in found]


def test_nothing_differs() -> None:
    """A cluster as declared has no differences."""
    assert differences(TOPICS, as_declared()) == []


def test_missing_topics_are_created() -> None:
    """Each missing topic is created, and until then no worker starts."""
    found = differences(TOPICS, Cluster(brokers=3, topics={}))
    assert short(found) == [(part, "topic", "create", "create") for part in TOPICS.by_part()]
    assert refused(found) == found
    assert str(found[3]) == "x-outage-inputs is missing; run `outage-monitor topics apply`"


@pytest.mark.parametrize("part", ["inputs", "ledger"])
@pytest.mark.parametrize("partitions", [4, 16])
def test_other_partitions_than_declared_are_refused(part: str, partitions: int) -> None:
    """Where outages are counted cannot change, in neither direction, and nothing is added."""
    found = differences(TOPICS, but(part, partitions=partitions))
    assert short(found) == [(part, "partitions", "refuse", None)]
    assert f"{part} has {partitions}" in str(found[0])
    assert "run `outage-monitor topics apply`" not in str(found[0])


def test_both_with_other_partitions_say_what_to_declare() -> None:
    """An older cluster whose two topics agree can be used, by declaring what it has."""
    cluster = but("ledger", partitions=4, cluster=but("inputs", partitions=4))
    found = differences(TOPICS, cluster)
    assert short(found) == [(p, "partitions", "refuse", None) for p in ("inputs", "ledger")]
    assert all("`partitions: 4`" in str(difference) for difference in found)


@pytest.mark.parametrize(("gone", "there"), [("ledger", "inputs"), ("inputs", "ledger")])
def test_no_topic_is_made_that_would_not_fit_its_mate(gone: str, there: str) -> None:
    """With the declared partitions it would be wrong for ever."""
    found = differences(TOPICS, without(gone, cluster=but(there, partitions=4)))
    assert (gone, "topic", "refuse", None) in short(found)
    assert (there, "partitions", "refuse", None) in short(found)
    assert all("`partitions: 4`" in str(difference) for difference in found)


@pytest.mark.parametrize("gone", ["ledger", "inputs"])
def test_a_missing_mate_that_fits_is_made(gone: str) -> None:
    """Where the other one is as declared, the missing one is created."""
    assert short(differences(TOPICS, without(gone))) == [(gone, "topic", "create", "create")]


def test_partitions_are_added_where_no_key_says_where(tmp_path: Path) -> None:
    """Only a topic that is declared to grow gets more partitions, and none gets fewer."""
    said = yaml.safe_load(PACKAGED.read_text("utf-8"))
    for part in ("alarms_dlq", "notifications"):
        said["topics"][part]["partitions"] = 3
    path = tmp_path / "topics.yaml"
    path.write_text(yaml.safe_dump(said), "utf-8")
    more = load_topics("x", path)
    fewer_there = differences(more, as_declared(TOPICS))
    assert short(fewer_there) == [
        ("notifications", "partitions", "note", None),
        ("alarms_dlq", "partitions", "change", "add partitions"),
    ]
    assert fewer_there[1].does == "add 2"
    more_there = differences(TOPICS, as_declared(more))
    assert {(d.severity, d.remedy) for d in more_there} == {(Severity.note, None)}


@pytest.mark.parametrize("partitions", [1, 12])
def test_alarms_may_have_any_partitions(partitions: int) -> None:
    """They belong to others, who may key them: it is said, and nothing is done."""
    found = differences(TOPICS, but("alarms", partitions=partitions))
    assert short(found) == [("alarms", "partitions", "note", None)]


@pytest.mark.parametrize("part", list(TOPICS.by_part()))
@pytest.mark.parametrize("policy", ["compact", "delete", "compact,delete", "delete, compact"])
def test_the_wrong_cleanup_is_refused_and_can_be_repaired(part: str, policy: str) -> None:
    """State must not age, and events must not be compacted; both together is wrong for each."""
    found = differences(TOPICS, but(part, config={"cleanup.policy": policy}))
    if policy == TOPICS.by_part()[part].cleanup:
        assert found == []
    else:
        assert short(found) == [(part, "cleanup.policy", "refuse", "set")]


@pytest.mark.parametrize(
    ("is_", "expected"),
    [
        ("34559999999", [("inputs", "retention.ms", "change", "set")]),
        ("34560000000", []),
        ("34560000001", [("inputs", "retention.ms", "note", None)]),
        (NO_LIMIT, [("inputs", "retention.ms", "note", None)]),
    ],
)
def test_retention_is_lengthened_and_never_shortened(
    is_: str, expected: list[tuple[str, str, str, str | None]]
) -> None:
    """400 days are made of less; what is kept longer is kept."""
    assert short(differences(TOPICS, but("inputs", config={"retention.ms": is_}))) == expected


def test_a_limit_in_bytes_is_taken_away() -> None:
    """It would delete inputs before their time."""
    found = differences(TOPICS, but("inputs", config={"retention.bytes": "1000000000"}))
    assert short(found) == [("inputs", "retention.bytes", "change", "set")]
    assert found[0].should == NO_LIMIT


def test_time_deletes_nothing_from_a_compacted_topic() -> None:
    """Kafka makes no use of its retention, so it does not matter."""
    assert differences(TOPICS, but("ledger", config={"retention.ms": "1000"})) == []


@pytest.mark.parametrize(
    ("is_", "changes"), [("4194303", True), ("4194304", False), ("8388608", False)]
)
def test_too_small_records_are_changed(is_: str, *, changes: bool) -> None:
    """A larger limit than ours is fine, a smaller one is raised."""
    found = differences(TOPICS, but("inputs", config={"max.message.bytes": is_}))
    expected = [("inputs", "max.message.bytes", "change", "set")] if changes else []
    assert short(found) == expected


@pytest.mark.parametrize(
    ("is_", "severity"), [("1", "change"), ("2", None), ("3", None), ("4", "refuse")]
)
def test_replicas_in_sync(is_: str, severity: str | None) -> None:
    """One is raised to two; more is stricter and stays, but more than there are cannot be."""
    found = differences(TOPICS, but("ledger", config={"min.insync.replicas": is_}))
    expected = [("ledger", "min.insync.replicas", severity, "set")] if severity else []
    assert short(found) == expected
    assert [d.should for d in found] == ["2"] * len(expected)


def test_a_topic_with_one_replica_stays_writable() -> None:
    """Two in sync would stop every write to it; that it has one only is said."""
    cluster = but("ledger", replicas=1, config={"min.insync.replicas": "1"})
    found = differences(TOPICS, cluster)
    assert short(found) == [("ledger", "replicas", "note", None)]
    assert (found[0].is_, found[0].should) == ("1", "3")


@pytest.mark.parametrize(
    ("name", "is_", "differs"),
    [
        ("min.cleanable.dirty.ratio", "0.20", False),
        ("min.cleanable.dirty.ratio", "0.5", True),
        ("segment.ms", "604800000", True),
        ("unclean.leader.election.enable", "False", False),
        ("unclean.leader.election.enable", "true", True),
        ("segment.ms", None, True),
        ("flush.ms", "1", False),
    ],
)
def test_further_settings(name: str, is_: str | None, *, differs: bool) -> None:
    """What the file says under `config` is set; what it does not say is not looked at."""
    found = differences(TOPICS, but("ledger", config={name: is_}))
    assert short(found) == ([("ledger", name, "change", "set")] if differs else [])


def test_without_settings_only_partitions_are_compared() -> None:
    """A broker that tells no settings is no reason not to work."""
    found = differences(TOPICS, _untold())
    assert {d.severity for d in found} == {Severity.note}
    assert {d.what for d in found} == {"settings"}
    assert refused(found) == []


def _untold() -> Cluster:
    cluster = as_declared()
    topics = {
        name: msgspec.structs.replace(found, config=None) for name, found in cluster.topics.items()
    }
    return msgspec.structs.replace(cluster, topics=topics)


def test_a_small_cluster_gets_what_it_can_hold() -> None:
    """On one broker there is one replica of each topic, and it is said."""
    found = differences(TOPICS, as_declared(brokers=1))
    assert short(found) == [("", "brokers", "note", None)]
    missing = differences(TOPICS, Cluster(brokers=1, topics={}))
    assert missing[0].should == "6 partitions, 1 replica"


@pytest.mark.parametrize(("days", "noted"), [(7, True), (14, False)])
def test_how_long_a_stopped_reader_is_remembered(days: int, *, noted: bool) -> None:
    """A cluster that forgets what was read before the alarms are gone makes a start slow."""
    kept_us = days * 86_400_000_000
    cluster = msgspec.structs.replace(as_declared(), offsets_retention_us=kept_us)
    expected = [("", "offsets.retention.minutes", "note", None)] if noted else []
    assert short(differences(TOPICS, cluster)) == expected
