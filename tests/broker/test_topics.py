"""`topics.yaml`: read, checked, and made on a broker."""

import asyncio
from pathlib import Path

import pytest

from monitor.broker.clients import admin_of
from monitor.topics import TopicsError, create_topics, load_topics

from .running import OpenBroker, own_topics, unique_app_id

PACKAGED = Path(__file__).parents[2] / "monitor" / "topics.yaml"


def test_internal_names_begin_with_the_application() -> None:
    """Two applications on one cluster share the outside topics and no internal one."""
    topics = load_topics("noc-1")
    assert topics.inputs.name == "noc-1-outage-inputs"
    assert topics.alarms.name == "network.alarms.v1"


def test_retention_and_cleanup_reach_the_broker() -> None:
    """What the file says is what the broker is asked for."""
    topics = load_topics("x")
    inventory, inputs = topics.inventory.config, topics.inputs.config
    assert (inventory["cleanup.policy"], inventory["retention.ms"]) == ("compact", "-1")
    assert topics.alarms.config["retention.ms"] == str(14 * 24 * 3600 * 1000)
    assert inputs["max.message.bytes"] == "4194304"


def test_the_file_at_the_top_is_the_packaged_one() -> None:
    """There is one source of every topic."""
    assert (PACKAGED.parents[1] / "topics.yaml").read_text() == PACKAGED.read_text()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("partitions: 6", "partitions: 0", "partitions"),
        ("retention: 14d", "retention: soon", "retention"),
        ("network.inventory.v1", "network.alarms.v1", "same name"),
        ("  status:", "  statuses:", "statuses"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    """A wrong file is refused, and the message names the place."""
    wrong = tmp_path / "topics.yaml"
    wrong.write_text(PACKAGED.read_text().replace(old, new))
    with pytest.raises(TopicsError, match=said):
        load_topics("x", wrong)


def test_topics_are_created_once(open_broker: OpenBroker) -> None:
    """All topics are made with their partitions; a second start changes nothing."""

    async def run() -> None:
        topics = own_topics(unique_app_id())
        async with open_broker() as broker, admin_of(broker) as admin:
            assert sorted(await create_topics(admin, topics)) == sorted(
                t.name for t in topics.all()
            )
            assert await create_topics(admin, topics) == []
            made = await admin.describe_topics([t.name for t in topics.all()])
        assert {t["topic"]: len(t["partitions"]) for t in made} == {
            t.name: t.partitions for t in topics.all()
        }

    asyncio.run(run())
