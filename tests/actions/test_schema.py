"""The JSON Schema of actions says what is written and what is read; docs/actions.md explains it."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import monitor
from monitor.actions.message import (
    ALARMS_MOST,
    ID_MOST,
    NOTE_MOST,
    REFERENCE_MOST,
    WHO_MOST,
    ActionMessage,
    written,
)
from monitor.actions.reading import KINDS, read_action
from monitor.board.actions import Acknowledgement, Seen, acknowledged

from .samples import CLEAR, OUTAGE, PLAIN, value

_PACKAGE = Path(monitor.__file__).parent
SCHEMA: dict[str, Any] = json.loads(
    (_PACKAGE / "schemas" / "obligation.actions.v1.json").read_text("utf-8")
)
DOCS = (_PACKAGE.parent / "docs" / "actions.md").read_text("utf-8")
VALIDATOR = Draft202012Validator(SCHEMA)


def is_valid(action: bytes) -> bool:
    """Whether the schema lets an action pass."""
    return VALIDATOR.is_valid(json.loads(action))


def test_it_is_a_closed_schema_with_a_name() -> None:
    """Valid as draft 2020-12, with an id, and with the fields of the message in their order."""
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"].startswith("urn:outage-monitor:")
    assert SCHEMA["additionalProperties"] is False
    assert tuple(SCHEMA["properties"]) == ActionMessage.__struct_fields__


def test_what_is_written_follows_it() -> None:
    """Of every kind, and what the board writes of an acknowledgement."""
    asked = Acknowledgement(OUTAGE, [Seen("c-1", 2)], None, "on it")
    (by_board,) = acknowledged(asked, "Anna", 0)
    assert json.loads(written(by_board)) == {
        **dict.fromkeys(PLAIN),
        "action_id": by_board.action_id,
        "kind": "acknowledged",
        "outage_id": OUTAGE,
        "crossing_id": "c-1",
        "revision": 2,
        "at": "1970-01-01T00:00:00Z",
        "who": "Anna",
        "note": "on it",
    }
    plain = [value(kind=kind) for kind in KINDS if kind != "clear"]
    for action in (*plain, value(CLEAR), value(CLEAR, alarms=None), written(by_board)):
        assert [error.message for error in VALIDATOR.iter_errors(json.loads(action))] == []
        assert read_action(action)[1] is None


@pytest.mark.parametrize(
    ("base", "changes"),
    [
        (PLAIN, {"kind": "done"}),
        (PLAIN, {"who": ""}),
        (PLAIN, {"who": "A" * 81}),
        (PLAIN, {"outage_id": "@2026-03-14T08:00:00Z"}),
        (PLAIN, {"at": "2026-03-14"}),
        (PLAIN, {"at": None}),
        (PLAIN, {"revision": -1}),
        (PLAIN, {"note": "n" * 2001}),
        (PLAIN, {"alarms": [{"source": "a", "alarm_id": "1"}]}),
        (CLEAR, {"alarms": []}),
        (CLEAR, {"alarms": [{"source": "a"}]}),
        (CLEAR, {"note": None}),
        (CLEAR, {"obligation": "x"}),
    ],
)
def test_what_is_wrong_is_noticed_by_both(base: dict[str, Any], changes: dict[str, Any]) -> None:
    """What the schema refuses the reader refuses, too."""
    assert not is_valid(value(base, **changes))
    assert read_action(value(base, **changes))[0] is None


def test_lists_and_limits_are_those_of_the_program() -> None:
    """Kinds, and how long everything may be."""
    said = SCHEMA["properties"]
    assert said["kind"]["enum"] == list(KINDS)
    assert SCHEMA["$defs"]["id"]["maxLength"] == ID_MOST
    assert said["who"]["maxLength"] == WHO_MOST
    assert said["reference"]["anyOf"][0]["maxLength"] == REFERENCE_MOST
    assert said["note"]["anyOf"][0]["maxLength"] == NOTE_MOST
    assert said["alarms"]["anyOf"][0]["maxItems"] == ALARMS_MOST


def test_every_field_is_documented() -> None:
    """By its name, in docs/actions.md."""
    assert [name for name in SCHEMA["properties"] if f"`{name}`" not in DOCS] == []
