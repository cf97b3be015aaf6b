"""The board on a broker: read from the beginning, kept up, written to, started again."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientSession
from aiokafka import AIOKafkaProducer
from broker.running import create, own_topics, unique_app_id

from board.asking import OWN
from board.samples import Message, notification, obligation, status, written
from monitor.board.run import running_board
from monitor.board.serve import BoardPortError
from monitor.broker.clients import consumer_of, producer_of
from monitor.broker.embedded import EmbeddedBroker, embedded_broker
from monitor.clock import WallClock
from monitor.settings import Settings
from monitor.topics import Topics


async def _told(session: ClientSession, url: str, path: str, until: str) -> Any:
    """Ask until the answer holds a text."""
    async with asyncio.timeout(30):
        while True:
            async with session.get(url + path) as answer:
                text = await answer.text()
            if until in text:
                return json.loads(text)
            await asyncio.sleep(0.05)


@asynccontextmanager
async def _board(broker: EmbeddedBroker, topics: Topics, settings: Settings) -> AsyncIterator[str]:
    async with running_board(broker, topics, settings, WallClock()) as (url, tasks):
        yield url
        assert not [task for task in tasks if task.done()]


async def _send(producer: AIOKafkaProducer, topic: str, key: str, message: Message | None) -> None:
    value = None if message is None else written(message)
    await producer.send_and_wait(topic, value, key.encode())


def test_what_the_topics_say_is_shown_and_survives_a_restart() -> None:
    """Statuses, notifications, obligations, an acknowledgement: after a restart all is there."""

    async def scene() -> None:
        settings = Settings(app_id=unique_app_id(), board_port=0)
        topics = own_topics(settings.app_id)
        async with embedded_broker() as broker, ClientSession() as session:
            await create(broker, topics)
            async with producer_of(broker) as producer:
                said, duty = notification(), obligation()
                await _send(producer, topics.status.name, said["outage_id"], status())
                await _send(producer, topics.notifications.name, said["outage_id"], said)
                await _send(producer, topics.obligations.name, duty["obligation_id"], duty)
                async with _board(broker, topics, settings) as url:
                    await _told(session, url, "/health/ready", '"ready":true')
                    assert (await _told(session, url, "/api/outages", "agg-1"))["outages"]
                    await _acknowledge(session, url, said)
                    await _told(session, url, "/api/board", '"who":"Anna"')
                    await _send(producer, topics.status.name, "BE/gone", status("BE/gone"))
                    await _told(session, url, "/api/outages?state=any", "BE/gone")
                    gone = status("BE/gone")["outage_id"]
                    await _send(producer, topics.status.name, gone, None)
            (action,) = await _actions(broker, topics)
            assert (action["who"], action["crossing_id"]) == ("Anna", said["crossing_id"])
            async with _board(broker, topics, settings) as url:
                page = await _told(session, url, "/api/board", '"who":"Anna"')
                assert said["outage_id"] in page["outages"]
                assert page["obligations"]

    asyncio.run(scene())


async def _acknowledge(session: ClientSession, url: str, said: Message) -> None:
    body = {"outage_id": said["outage_id"], "who": "Anna",
            "crossings": [{"crossing_id": said["crossing_id"], "revision": 0}]}  # fmt: skip
    async with session.post(f"{url}/api/acknowledgements", json=body, headers=OWN) as answer:
        assert answer.status == 202


async def _actions(broker: EmbeddedBroker, topics: Topics) -> list[Message]:
    async with consumer_of(broker, topics.actions.name) as consumer, asyncio.timeout(20):
        record = await consumer.getone()
    assert record.key == status()["outage_id"].encode()
    return [json.loads(record.value)]


def test_a_port_that_is_taken_is_said() -> None:
    """With what to set; where any port will do, another one is taken."""

    async def scene() -> None:
        settings = Settings(app_id=unique_app_id(), board_port=0)
        topics = own_topics(settings.app_id)
        async with embedded_broker() as broker:
            await create(broker, topics)
            async with running_board(broker, topics, settings, WallClock()) as (url, _):
                taken = settings.model_copy(update={"board_port": int(url.rpartition(":")[2])})
                with pytest.raises(BoardPortError, match="MONITOR_BOARD_PORT"):
                    async with running_board(broker, topics, taken, WallClock()):
                        pass

    asyncio.run(scene())
