"""The JSON Schemas of what is published say what is published, and docs/messages.md explains it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import monitor
from decide.packaged import published
from monitor.decide.series import MOST
from monitor.formats.words import KINDS, SERVICES, SEVERITIES
from monitor.messages.areas import LARGEST
from monitor.messages.notification import notification_fields

SCHEMAS = Path(monitor.__file__).parent / "schemas"
DOCS = (Path(monitor.__file__).parents[1] / "docs" / "messages.md").read_text()


def schema(topic: str) -> dict[str, Any]:
    """Return the schema of the values of a topic."""
    found: dict[str, Any] = json.loads((SCHEMAS / f"{topic}.json").read_text())
    return found


NOTIFICATION, STATUS = schema("notification.required.v1"), schema("outage.status.v1")


def messages() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the topic and the message of all that a story publishes, in both readings."""
    for said, statuses in (published(), published("literal")):
        for notification in said:
            yield "notification.required.v1", notification_fields(notification)
        for status in statuses:
            if status.value is not None:
                yield "outage.status.v1", json.loads(status.value)


MESSAGES = list(messages())
VALIDATORS = {
    "notification.required.v1": Draft202012Validator(NOTIFICATION),
    "outage.status.v1": Draft202012Validator(STATUS),
}


def objects(part: Any) -> Iterator[dict[str, Any]]:
    """Yield every part of a schema that describes an object field by field."""
    if isinstance(part, dict):
        if part.get("type") == "object" and "properties" in part:
            yield part
        for inner in part.values():
            yield from objects(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from objects(inner)


@pytest.mark.parametrize("described", [NOTIFICATION, STATUS], ids=lambda s: s["title"])
def test_it_is_a_closed_schema_with_a_name(described: dict[str, Any]) -> None:
    """Valid as draft 2020-12, with an id; no object has fields that are not listed."""
    Draft202012Validator.check_schema(described)
    assert described["$id"].startswith("urn:outage-monitor:")
    for part in objects(described):
        assert part["additionalProperties"] is False


def test_what_is_published_follows_it() -> None:
    """Every message of a story that has all kinds of them."""
    for topic, message in MESSAGES:
        errors = [error.message for error in VALIDATORS[topic].iter_errors(message)]
        assert errors == [], (topic, message)
    states = {m["state"] for topic, m in MESSAGES if topic == "outage.status.v1"}
    assert states == {"open", "ended", "withdrawn"}


def test_every_field_is_seen_with_a_value() -> None:
    """No field goes untested because it is null, false or empty throughout the story."""
    for described in (NOTIFICATION, STATUS):
        said = [message for topic, message in MESSAGES if topic == described["title"]]
        filled = {name for message in said for name, value in message.items() if value}
        assert filled == set(described["properties"])


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("state", "closed"), ("first_onset", "2026-03-14 08:00"), ("alarms", -1),
        ("affected", {"telex": {"cautious": 1, "literal": 1}}), ("rules", [{}]),
        ("surprise", 1), ("input_complete", None),
    ],
)  # fmt: skip
def test_what_is_wrong_is_noticed(field: str, wrong: object) -> None:
    """A schema that lets everything pass would say nothing."""
    message = next(m for topic, m in MESSAGES if topic == "outage.status.v1")
    assert list(VALIDATORS["outage.status.v1"].iter_errors(message | {field: wrong}))


def test_only_what_is_withdrawn_names_an_heir() -> None:
    """`superseded_by` stands in a withdrawal, and in nothing else."""
    check = VALIDATORS["notification.required.v1"]
    for _, message in MESSAGES:
        if message.get("type") == "withdrawn":
            assert not check.is_valid({k: v for k, v in message.items() if k != "superseded_by"})
        elif "type" in message:
            assert not check.is_valid(message | {"superseded_by": None})


def test_lists_and_limits_are_those_of_the_program() -> None:
    """Services, kinds and severities, and how many areas and points there are."""
    assert set(STATUS["$defs"]["service"]["enum"]) == SERVICES
    assert (
        set(NOTIFICATION["$defs"]["kind"]["enum"]) == set(STATUS["$defs"]["kind"]["enum"]) == KINDS
    )
    assert STATUS["properties"]["severity"]["anyOf"][0]["enum"] == list(SEVERITIES)
    assert STATUS["properties"]["largest_areas"]["additionalProperties"]["maxItems"] == LARGEST
    assert STATUS["properties"]["series"]["properties"]["literal"]["maxItems"] == MOST


@pytest.mark.parametrize("described", [NOTIFICATION, STATUS], ids=lambda s: s["title"])
def test_every_field_is_documented(described: dict[str, Any]) -> None:
    """By its name, in docs/messages.md."""
    names = {name for part in objects(described) for name in part["properties"]}
    assert [name for name in sorted(names) if f"`{name}`" not in DOCS] == []
