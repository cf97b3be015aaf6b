"""The JSON Schema of policy packs, for editors and other programs; made from the model.

`python -m monitor.packs.schema` prints it. The file in `monitor/schemas/` is that print; a test
compares them.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema

from monitor.packs.model import Pack

SCHEMA_FILE: Final = Path(__file__).parent.parent / "schemas" / "policy-pack.v1.json"


class _WithoutTitles(GenerateJsonSchema):
    """The generator without titles that only repeat the names of the fields."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - of no field
        return False


def pack_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a policy pack."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:outage-monitor:policy-pack:v1",
        **Pack.model_json_schema(by_alias=True, schema_generator=_WithoutTitles),
        "title": "Policy pack",
    }


def schema_text() -> str:
    """Return the schema as it stands in the file."""
    return json.dumps(pack_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
