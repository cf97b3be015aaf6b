"""The form of a pack: its fields by the model, and a sentence for each way to break it."""

import json
from collections.abc import Iterator
from typing import Any, Final

from pydantic import ValidationError

from monitor.packs.checks import check
from monitor.packs.errors import Mistake, Place
from monitor.packs.model import Pack
from monitor.packs.yaml_file import Document

_SHOWN_MAX: Final = 60
#: by the kind of error: what to say, with the error's own details and the value as `got`
_SENTENCES: Final = {
    "missing": "is missing; add it",
    "extra_forbidden": "is not a known key; correct its spelling or remove it",
    "int_type": "must be a whole number without a point or quotes, not {got}",
    "string_type": "must be text, not {got}",
    "greater_than_equal": "must be {ge} or more, not {got}",
    "less_than_equal": "must be {le} or less, not {got}",
    "literal_error": "must be {expected}, not {got}",
    "union_tag_not_found": "is missing; add {expected_tags}",
    "union_tag_invalid": "must be {expected_tags}, not {got}",
    "too_short": "must have at least one entry",
    "tuple_type": "must be a list, not {got}",
    "dict_type": "must be keys with values, not {got}",
    "model_type": "must be keys with values, not {got}",
    "model_attributes_type": "must be keys with values, not {got}",
}
_OF_UNION: Final = ("union_tag_not_found", "union_tag_invalid")
#: what the keys may be by which the model tells variants apart
_TAGS: Final = {
    "family": "`table` or `effect`", "kind": "`without_delay`, `workdays` or `within`",
}  # fmt: skip


def read_pack(document: Document) -> tuple[Pack | None, list[Mistake]]:
    """Return the pack of a file, or None and every mistake in it."""
    mistakes = list(document.mistakes)
    pack = None
    if document.data is not None:
        try:
            pack = Pack.model_validate_json(json.dumps(document.data))
        except ValidationError as error:
            mistakes += _of_form(document, error)
    if isinstance(document.data, dict):
        mistakes += [document.mistake(place, text) for place, text in check(document.data)]
    return (None if mistakes else pack), _once(mistakes)


def _of_form(document: Document, error: ValidationError) -> Iterator[Mistake]:
    for detail in error.errors(include_url=False):
        place = _place(document, detail["loc"])
        if detail["type"] == "too_short" and detail["input"]:
            continue  # entries there are, but none is sound, which is told of each
        if detail["type"] in _OF_UNION:
            place = (*place, _discriminator(detail))
        yield document.mistake(place, _sentence(detail))


def _place(document: Document, loc: Place) -> Place:
    """Leave out the steps that are names of variants of the model, not keys of the file."""
    place: Place = ()
    for step in loc[:-1]:
        if document.holds((*place, step)):
            place = (*place, step)
    last = loc[-1:]
    is_variant = place[:-1] == ("rules",) and last in (("table",), ("effect",))
    return place if is_variant or last == ("[key]",) else place + last


def _sentence(detail: Any) -> str:
    kind, context = detail["type"], dict(detail.get("ctx", {}))
    got = _shown(detail["input"])
    if kind == "value_error":
        single = not isinstance(detail["input"], dict | list)
        return f"{context['error']}, not {got}" if single else str(context["error"])
    if kind in _OF_UNION:
        context["expected_tags"] = _TAGS[_discriminator(detail)]
        got = _shown(context.get("tag"))
    sentence = _SENTENCES.get(kind)
    return sentence.format(**context, got=got) if sentence else f"{detail['msg']}, not {got}"


def _discriminator(detail: Any) -> str:
    """Return the key by which the model tells variants apart."""
    return str(detail["ctx"]["discriminator"]).strip("'")


def _shown(value: object) -> str:
    written = json.dumps(value, default=str, ensure_ascii=False)
    return written if len(written) <= _SHOWN_MAX else f"{written[:_SHOWN_MAX]}…"


def _once(mistakes: list[Mistake]) -> list[Mistake]:
    """Order mistakes by line; what an alias repeats in several rules is told once."""
    first: dict[tuple[int, str, str], Mistake] = {}
    for mistake in mistakes:
        key = (mistake.line or 0, mistake.field.rpartition(".")[2], mistake.text)
        first.setdefault(key, mistake)
    return [first[key] for key in sorted(first)]
