"""`topics.yaml`: read, checked, and made on a broker."""

import asyncio
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from pydantic import ValidationError

from monitor.broker.embedded import embedded_broker
from monitor.topics import create_topics, load_topics

PACKAGED = Path(__file__).parents[2] / "monitor" / "topics.yaml"


def test_internal_names_begin_with_the_application() -> None:
    """Two applications on one cluster share the outside topics and no internal one."""
    topics = load_topics("noc-1")
    assert topics.inputs.name == "noc-1-outage-inputs"
    assert topics.alarms.name == "network.alarms.v1"


def test_retention_and_cleanup_reach_the_broker() -> None:
    """What the file says is what the broker is asked for."""
    topics = load_topics("x")
    assert topics.inventory.config == {"cleanup.policy": "compact", "retention.ms": "-1"}
    assert topics.alarms.config["retention.ms"] == "604800000"
    assert topics.inputs.config["max.message.bytes"] == "4194304"


def test_the_file_at_the_top_is_the_packaged_one() -> None:
    """There is one source of every topic."""
    assert (PACKAGED.parents[1] / "topics.yaml").read_text() == PACKAGED.read_text()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("partitions: 6", "partitions: 0", "partitions"),
        ("retention: 7d", "retention: soon", "retention"),
        ("network.inventory.v1", "network.alarms.v1", "same name"),
        ("  status:", "  statuses:", "statuses"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    """A wrong file is refused, and the message names the place."""
    wrong = tmp_path / "topics.yaml"
    wrong.write_text(PACKAGED.read_text().replace(old, new))
    with pytest.raises(ValidationError, match=said):
        load_topics("x", wrong)


def test_topics_are_created_once() -> None:
    """All topics are made with their partitions; a second start changes nothing."""

    async def run() -> None:
        topics = load_topics("test")
        async with embedded_broker() as broker:
            admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
            await admin.start()
            assert await create_topics(admin, topics) == [t.name for t in topics.all()]
            assert await create_topics(admin, topics) == []
            made = await admin.describe_topics([t.name for t in topics.all()])
            await admin.close()
        assert {t["topic"]: len(t["partitions"]) for t in made} == {
            t.name: t.partitions for t in topics.all()
        }

    asyncio.run(run())
