"""The topics as `topics.yaml` declares them, and how they are made on a broker."""

from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import yaml
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import for_code
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from monitor.durations import duration_us

#: What Kafka calls a topic that is already there.
_ALREADY_EXISTS: Final = 36
#: What `topics.yaml` says in words of its own, and so not under `config`.
_SAID_ELSEWHERE: Final = {
    "cleanup.policy": "cleanup",
    "retention.ms": "retention",
    "max.message.bytes": "max_message",
    "min.insync.replicas": "min_insync_replicas",
}


class TopicsError(ValueError):
    """Raised for a wrong `topics.yaml`, and when the broker refuses what was asked of it."""


def _retention_us(text: object) -> int | None:
    return None if text == "forever" else duration_us(str(text))


def _kafka_value(value: object) -> str:
    """Write a value of YAML as Kafka writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _kafka_config(config: object) -> object:
    if not isinstance(config, Mapping):
        return config
    if said := sorted(set(config) & set(_SAID_ELSEWHERE)):
        message = f"{said[0]} belongs in the field `{_SAID_ELSEWHERE[said[0]]}`"
        raise ValueError(message)
    return {name: _kafka_value(value) for name, value in config.items()}


class Topic(BaseModel):
    """One topic: what is in it, how it is kept, who writes and who reads it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[a-zA-Z0-9._-]{1,249}$")]
    direction: Literal["in", "out", "internal"]
    key: str
    schema_: Annotated[str, Field(alias="schema")]
    partitions: Annotated[int, Field(ge=1)]
    #: partitions may be added: no order hangs on the key
    grows: bool = False
    cleanup: Literal["delete", "compact"]
    #: None: for ever
    retention_us: Annotated[int | None, BeforeValidator(_retention_us), Field(alias="retention")]
    #: the largest record in bytes; None: the broker's own limit
    max_message: Annotated[int | None, Field(ge=1)] = None
    replication: Annotated[int, Field(ge=1)] = 1
    min_insync_replicas: Annotated[int, Field(ge=1)] = 1
    further: Annotated[dict[str, str], BeforeValidator(_kafka_config), Field(alias="config")] = {}
    written_by: tuple[str, ...]
    read_by: tuple[str, ...]

    @model_validator(mode="after")
    def _can_be_written(self) -> "Topic":
        if self.min_insync_replicas > self.replication:
            message = (
                f"min_insync_replicas {self.min_insync_replicas} is more than replication "
                f"{self.replication}: nothing could be written"
            )
            raise ValueError(message)
        return self

    @property
    def config(self) -> dict[str, str]:
        """Return the settings that the broker is asked for, but for those of replicas."""
        kept_ms = -1 if self.retention_us is None else self.retention_us // 1000
        config = {"cleanup.policy": self.cleanup, "retention.ms": str(kept_ms)}
        if self.cleanup == "delete":
            # A cluster's limit in bytes would delete earlier than the time says.
            config["retention.bytes"] = "-1"
        if self.max_message is not None:
            config["max.message.bytes"] = str(self.max_message)
        return config | self.further

    def insync(self, replicas: int) -> int:
        """Return how many replicas must have a record, of so many; one of two may be missing."""
        if replicas >= self.replication:
            return self.min_insync_replicas
        return min(self.min_insync_replicas, max(1, replicas - 1))

    def config_for(self, replicas: int) -> dict[str, str]:
        """Return all settings that the broker is asked for, for a topic with so many replicas."""
        return {**self.config, "min.insync.replicas": str(self.insync(replicas))}


class Topics(BaseModel):
    """Every topic of the program, by its part in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    alarms: Topic
    inventory: Topic
    actions: Topic
    inputs: Topic
    ledger: Topic
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

    @model_validator(mode="after")
    def _ledger_beside_inputs(self) -> "Topics":
        inputs, ledger = self.inputs.partitions, self.ledger.partitions
        if inputs != ledger:
            message = (
                f"inputs has {inputs} partitions and ledger {ledger}: each partition of inputs "
                "has its state in that of the ledger with the same number, so give them as many"
            )
            raise ValueError(message)
        return self

    def all(self) -> list[Topic]:
        """Return every topic."""
        return list(self.by_part().values())

    def by_part(self) -> dict[str, Topic]:
        """Return every topic by its part in the program."""
        return {part: getattr(self, part) for part in type(self).model_fields}


def load_topics(app_id: str, path: Path | None = None) -> Topics:
    """Read `topics.yaml`, the packaged one or another; internal names get the application's.

    Raises TopicsError with the file, every wrong field in it, and what is wrong.
    """
    source = files("monitor") / "topics.yaml" if path is None else path
    try:
        topics = Topics.model_validate(_with_defaults(yaml.safe_load(source.read_text("utf-8"))))
    except ValidationError as error:
        wrong = "; ".join(f"{_field(e['loc'])}: {_sentence(e['msg'])}" for e in error.errors())
        message = f"{source}: {wrong}"
        raise TopicsError(message) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TopicsError) as error:
        message = f"{source}: {' '.join(str(error).split())}"
        raise TopicsError(message) from None
    changes = {
        part: topic.model_copy(update={"name": f"{app_id}-{topic.name}"})
        for part, topic in topics.by_part().items()
        if topic.direction == "internal"
    }
    return topics.model_copy(update=changes)


def _with_defaults(document: Any) -> Any:
    """Return the topics of a file, each with the defaults of the file for what it does not say."""
    if not isinstance(document, dict) or not isinstance(document.get("topics"), dict):
        message = "no mapping `topics` at the top"
        raise TopicsError(message)
    if unknown := sorted(map(str, set(document) - {"defaults", "topics"})):
        message = f"unknown at the top: {', '.join(unknown)}; there are `defaults` and `topics`"
        raise TopicsError(message)
    defaults = document.get("defaults") or {}
    return {part: _merged(defaults, topic) for part, topic in document["topics"].items()}


def _merged(defaults: Any, topic: Any) -> Any:
    if not isinstance(defaults, dict) or not isinstance(topic, dict):
        return topic
    merged = {**defaults, **topic}
    if isinstance(defaults.get("config"), dict) and isinstance(topic.get("config"), dict):
        merged["config"] = {**defaults["config"], **topic["config"]}
    return merged


def _field(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location)) or "topics"


def _sentence(message: str) -> str:
    return message.removeprefix("Value error, ")


async def create_topics(
    admin: AIOKafkaAdminClient, topics: Topics, *, replication: int = 1
) -> list[str]:
    """Create the topics that are not there yet, with so many replicas at most; return their names.

    Topics that exist are left as they are. Raises TopicsError with all that the broker refused.
    """
    return await create_some(admin, topics.all(), replication)


async def create_some(
    admin: AIOKafkaAdminClient, topics: Iterable[Topic], replicas_max: int
) -> list[str]:
    """Create those of these topics that are not there yet, as `create_topics` does."""
    answer = await admin.create_topics([_new(topic, replicas_max) for topic in topics])
    refused = [
        f"topic {name} could not be created: {text or for_code(code).__name__}"
        for name, code, text in answer.topic_errors
        if code not in (0, _ALREADY_EXISTS)
    ]
    if refused:
        raise TopicsError("; ".join(refused))
    return [name for name, code, _ in answer.topic_errors if code == 0]


def _new(topic: Topic, replicas_max: int) -> NewTopic:
    replicas = min(topic.replication, replicas_max)
    return NewTopic(
        topic.name, topic.partitions, replicas, topic_configs=topic.config_for(replicas)
    )
