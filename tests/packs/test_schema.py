"""The JSON Schema says what the loader says, as far as a schema can."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from monitor.packs.loading import PACKAGED
from monitor.packs.schema import SCHEMA_FILE, pack_schema, schema_text
from monitor.packs.yaml_file import Document

from .helpers import BAD, GOOD

SCHEMA = pack_schema()
#: what only the loader can say: mistakes between fields, of YAML itself, and of time zones
BEYOND_A_SCHEMA = {
    "calendar_twice", "cell_twice", "example_of_no_cell", "example_says_nothing",
    "examples_on_one_side", "foreign_rule", "form_field_twice", "form_wrong", "holds_itself",
    "key_twice", "merges_text", "not_yaml", "nothing", "rule_without_step", "service_twice",
    "step_for_nobody", "step_foreign", "step_names_nothing", "step_overlap", "threshold_rises",
    "two_documents", "unknown_name", "valid_to_too_early", "versions_overlap", "wrong_date",
    "wrong_time_zone",
}  # fmt: skip


def test_the_file_is_what_the_model_says() -> None:
    """The schema in the repository is the one that the model gives.

    If it is not: `python -m monitor.packs.schema > monitor/schemas/policy-pack.v1.json`.
    """
    assert SCHEMA_FILE.read_text() == schema_text()


def test_it_is_a_schema_with_a_name() -> None:
    """It is valid as draft 2020-12 and has an id."""
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["$id"]


@pytest.mark.parametrize("file", [*sorted(PACKAGED.rglob("*.yaml")), GOOD], ids=lambda f: f.stem)
def test_packs_follow_it(file: Path) -> None:
    """Every packaged pack follows the schema that editors check it with."""
    data = json.loads(json.dumps(Document(file).data))
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(data)] == []


@pytest.mark.parametrize(
    "file", [f for f in sorted(BAD.glob("*.yaml")) if f.stem not in BEYOND_A_SCHEMA],
    ids=lambda f: f.stem,
)  # fmt: skip
def test_bad_packs_do_not(file: Path) -> None:
    """What the loader refuses for its form, the schema refuses too."""
    data = json.loads(json.dumps(Document(file).data))
    assert list(Draft202012Validator(SCHEMA).iter_errors(data))
