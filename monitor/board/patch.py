"""What changed from one document to another, as a JSON merge patch (RFC 7396)."""

from collections.abc import Mapping
from typing import Any

Document = Mapping[str, Any]


def difference(old: Document, new: Document) -> dict[str, Any]:
    """Return the patch that makes `new` of `old`; a field that is gone is null.

    No field of either document may itself be null: leave it out instead (`without_nulls`).
    """
    changed: dict[str, Any] = dict.fromkeys(old.keys() - new.keys())
    for name, value in new.items():
        was = old.get(name)
        if isinstance(was, Mapping) and isinstance(value, Mapping):
            if inner := difference(was, value):
                changed[name] = inner
        elif was != value or type(was) is not type(value):
            changed[name] = value
    return changed


def without_nulls(value: Any) -> Any:
    """Return the same without fields that are null, however deep they lie."""
    if isinstance(value, Mapping):
        return {name: without_nulls(part) for name, part in value.items() if part is not None}
    if isinstance(value, list | tuple):
        return [without_nulls(part) for part in value]
    return value
