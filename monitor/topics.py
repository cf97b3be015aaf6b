"""The topics as `topics.yaml` declares them, and how they are made on a broker."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

import yaml
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import for_code
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from monitor.durations import duration_us

#: What Kafka calls a topic that is already there.
_ALREADY_EXISTS = 36


def _retention_us(text: object) -> int | None:
    return None if text == "forever" else duration_us(str(text))


class Topic(BaseModel):
    """One topic: what is in it, how it is kept, who writes and who reads it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[a-zA-Z0-9._-]{1,249}$")]
    direction: Literal["in", "out", "internal"]
    key: str
    schema_: Annotated[str, Field(alias="schema")]
    partitions: Annotated[int, Field(ge=1)]
    cleanup: Literal["delete", "compact"]
    #: None: for ever
    retention_us: Annotated[int | None, BeforeValidator(_retention_us), Field(alias="retention")]
    #: the largest record in bytes; None: the broker's own limit
    max_message: Annotated[int | None, Field(ge=1)] = None
    written_by: tuple[str, ...]
    read_by: tuple[str, ...]

    @property
    def config(self) -> dict[str, str]:
        """Return the settings that the broker is asked for."""
        kept_ms = -1 if self.retention_us is None else self.retention_us // 1000
        config = {"cleanup.policy": self.cleanup, "retention.ms": str(kept_ms)}
        if self.max_message is not None:
            config["max.message.bytes"] = str(self.max_message)
        return config


class Topics(BaseModel):
    """Every topic of the program, by its part in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    alarms: Topic
    inventory: Topic
    actions: Topic
    inputs: Topic
    notifications: Topic
    status: Topic
    obligations: Topic
    alarms_dlq: Topic
    actions_dlq: Topic

    @model_validator(mode="after")
    def _names_differ(self) -> "Topics":
        names = [topic.name for topic in self.all()]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            message = f"topics with the same name: {', '.join(twice)}"
            raise ValueError(message)
        return self

    def all(self) -> list[Topic]:
        """Return every topic."""
        return [getattr(self, part) for part in type(self).model_fields]


def load_topics(app_id: str, path: Path | None = None) -> Topics:
    """Read `topics.yaml`, the packaged one or another; internal names get the application's."""
    source = files("monitor") / "topics.yaml" if path is None else path
    topics = Topics.model_validate(yaml.safe_load(source.read_text("utf-8"))["topics"])
    changes = {
        part: topic.model_copy(update={"name": f"{app_id}-{topic.name}"})
        for part in Topics.model_fields
        if (topic := getattr(topics, part)).direction == "internal"
    }
    return topics.model_copy(update=changes)


async def create_topics(
    admin: AIOKafkaAdminClient, topics: Topics, *, replication: int = 1
) -> list[str]:
    """Create the topics that are not there yet, and return their names.

    Topics that exist are left as they are.
    """
    wanted = [
        NewTopic(topic.name, topic.partitions, replication, topic_configs=topic.config)
        for topic in topics.all()
    ]
    answer = await admin.create_topics(wanted)
    created = []
    for name, code, text in answer.topic_errors:
        if code == 0:
            created.append(name)
        elif code != _ALREADY_EXISTS:
            message = f"topic {name} could not be created: {text}"
            raise for_code(code)(message)
    return created
