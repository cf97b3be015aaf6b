"""`topics.yaml`: its defaults, what it must not say, and figures that others rely on."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.topics import Topic, TopicsError, load_topics

PACKAGED = Path(__file__).parents[2] / "monitor" / "topics.yaml"
DAY_US = 86_400_000_000
TOPIC = {
    "name": "t", "direction": "internal", "key": "k", "schema": "s", "partitions": 1,
    "cleanup": "delete", "retention": "1d", "written_by": [], "read_by": [],
}  # fmt: skip


def changed(directory: Path, change: dict[str, Any], part: str = "ledger") -> Path:
    """Return a file like the packaged one, with something else said of one topic."""
    said = yaml.safe_load(PACKAGED.read_text("utf-8"))
    said["topics"][part] |= change
    path = directory / "topics.yaml"
    path.write_text(yaml.safe_dump(said), "utf-8")
    return path


def test_every_topic_gets_the_defaults() -> None:
    """Replicas, and settings for all topics, are said once."""
    for topic in load_topics("x").all():
        assert (topic.replication, topic.min_insync_replicas) == (3, 2)
        assert topic.config["unclean.leader.election.enable"] == "false"


def test_a_topic_may_say_otherwise(tmp_path: Path) -> None:
    """What a topic says of itself counts before the defaults; their other settings stay."""
    path = changed(tmp_path, {"replication": 2, "min_insync_replicas": 1, "config": {"a": True}})
    ledger = load_topics("x", path).ledger
    assert (ledger.replication, ledger.min_insync_replicas) == (2, 1)
    assert ledger.config["a"] == "true"
    assert ledger.config["unclean.leader.election.enable"] == "false"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"partitions": 9}, "inputs has 8 partitions and ledger 9"),
        ({"config": {"cleanup.policy": "delete"}}, "belongs in the field `cleanup`"),
        ({"config": "segment.ms=1"}, "ledger.config"),
        ({"min_insync_replicas": 4}, "more than replication 3"),
        ({"cleanup": "both"}, "ledger.cleanup"),
    ],
)
def test_mistakes_say_the_file_and_the_field(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    """What cannot work is refused when the file is read, not by the cluster."""
    path = changed(tmp_path, change)
    with pytest.raises(TopicsError, match=said) as told:
        load_topics("x", path)
    assert str(told.value).startswith(str(path))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "parsing"),
        ("- 1", "no mapping `topics`"),
        ("topics: {}\ndefault: {}", "unknown at the top: default"),
        ("topics: {alarms: 3}", "alarms"),
        ("topics: {alarms: {name: x}}\ndefaults: {config: 3}", "alarms.config"),
    ],
)
def test_any_text_at_all_is_told_in_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    """A file that is something else altogether is no reason for a traceback."""
    path = tmp_path / "topics.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(TopicsError, match=said):
        load_topics("x", path)


def test_no_file_is_told(tmp_path: Path) -> None:
    """A file that is not there is named."""
    with pytest.raises(TopicsError, match=r"nowhere\.yaml"):
        load_topics("x", tmp_path / "nowhere.yaml")


@pytest.mark.parametrize(
    ("replicas", "insync"),
    [(1, 1), (2, 1), (3, 2), (4, 2)],
)
def test_fewer_replicas_need_fewer_in_sync(replicas: int, insync: int) -> None:
    """A small cluster can be written to while one of its brokers is down, if it has two."""
    topic = Topic.model_validate({**TOPIC, "replication": 3, "min_insync_replicas": 2})
    assert topic.config_for(replicas)["min.insync.replicas"] == str(insync)


def test_what_is_kept_by_time_is_not_cut_by_size() -> None:
    """A cluster's limit in bytes must not delete the inputs of an audit."""
    for topic in load_topics("x").all():
        assert ("retention.bytes" in topic.config) == (topic.cleanup == "delete")


def test_retention_figures() -> None:
    """An audit works a year later, proofs are kept for ten, and a stop of a week loses nothing."""
    topics = load_topics("x")
    least = {"alarms": 14, "inputs": 400, "notifications": 3650, "actions": 3650, "alarms_dlq": 90}
    for part, days in least.items():
        kept_us = topics.by_part()[part].retention_us
        assert kept_us is not None
        assert kept_us >= days * DAY_US


def test_state_is_compacted() -> None:
    """What must be known however old it is, is kept by key and never deleted."""
    topics = load_topics("x")
    for topic in (topics.ledger, topics.inventory, topics.status, topics.obligations):
        assert (topic.cleanup, topic.retention_us) == ("compact", None)
