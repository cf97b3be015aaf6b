"""The description of the API, with the schemas of the messages as they are packaged."""

from importlib.resources import files
from typing import Any, Final

from fastapi import FastAPI
from msgspec.json import decode

_SCHEMAS: Final = {
    "OutageStatus": "outage.status.v1.json",
    "Notification": "notification.required.v1.json",
}
_DEFINED: Final = "#/$defs/"
_COMPONENTS: Final = "#/components/schemas/"


def ref(name: str) -> dict[str, str]:
    """Refer to one of the schemas."""
    return {"$ref": f"{_COMPONENTS}{name}"}


def answers(schema: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    """Describe a good answer by its schema."""
    return {200: {"content": {"application/json": {"schema": schema}}}}


def listed(name: str, schema: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    """Describe an answer that is a list under a name."""
    body = {"type": "object", "properties": {name: {"type": "array", "items": schema}}}
    return answers(body)


def with_messages(app: FastAPI) -> None:
    """Add the schemas of the messages to the description of an application."""
    described = app.openapi()
    schemas = described.setdefault("components", {}).setdefault("schemas", {})
    for name, file in _SCHEMAS.items():
        schemas.update(_hoisted(name, decode((files("monitor") / "schemas" / file).read_bytes())))


def _hoisted(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema and what it defines under names of their own."""
    parts = {f"{name}.{part}": inner for part, inner in schema.pop("$defs", {}).items()}
    for told in ("$schema", "$id"):
        schema.pop(told, None)
    return {part: _renamed(name, inner) for part, inner in {name: schema, **parts}.items()}


def _renamed(name: str, schema: Any) -> Any:
    if isinstance(schema, dict):
        return {key: _target(name, key, _renamed(name, part)) for key, part in schema.items()}
    return [_renamed(name, part) for part in schema] if isinstance(schema, list) else schema


def _target(name: str, key: str, value: Any) -> Any:
    if key == "$ref" and isinstance(value, str) and value.startswith(_DEFINED):
        return f"{_COMPONENTS}{name}.{value.removeprefix(_DEFINED)}"
    return value
