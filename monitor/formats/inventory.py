"""The inventory record: which end-users hang on which element, and what else fails with it."""

from typing import Any

from msgspec import Struct

from monitor.core.event import Effect, Impact
from monitor.formats.careful import (
    Fields,
    country,
    entries,
    flag,
    impacts,
    partly_used,
    read_object,
    text,
    too_deep,
)
from monitor.formats.reject import Reason, Reject, UnreadableError


class Element(Struct, frozen=True):
    """What the inventory knows of one managed object."""

    element: str
    country: str | None = None
    #: the failure domain: alarms of one group belong to one outage
    group: str | None = None
    serves: tuple[Impact, ...] = ()
    #: the effects its alarms carry by themselves while critical or major
    effects: tuple[Effect, ...] = ()


def read_element(line: bytes) -> tuple[Element | None, Reject | None]:
    """Read one inventory record; a reject beside it says that a part was left out."""
    try:
        return _read(read_object(line))
    except UnreadableError as error:
        return None, error.reject
    except RecursionError:
        # What could just be decoded can still be too deep to be shown.
        return None, too_deep().reject


def _read(fields: Fields) -> tuple[Element, Reject | None]:
    odd: list[tuple[str, int, Any]] = []
    element = text(fields, "element", required=True)
    found = Element(
        element=element,
        country=country(fields),
        group=text(fields, "group", empty=True) or None,
        serves=impacts(entries(fields, "serves"), "serves", odd),
        effects=tuple(dict.fromkeys(_effects(fields, element))),
    )
    return found, partly_used(odd)


def _effects(fields: Fields, element: str) -> list[Effect]:
    """Return the effects of the element's marks; an empty string marks nothing."""
    effects = [("emergency_number_unreachable", number) for number in _numbers(fields)]
    if psap := text(fields, "psap", empty=True):
        effects.append(("psap_unavailable", psap))
    if interconnect := text(fields, "interconnection", empty=True):
        effects.append(("interconnection", interconnect))
    if component := _component(fields, element):
        effects.append(("critical_component", component))
    return effects


def _numbers(fields: Fields) -> list[str]:
    numbers = entries(fields, "emergency_numbers")
    return [text({"emergency_numbers": n}, "emergency_numbers", required=True) for n in numbers]


def _component(fields: Fields, element: str) -> str | None:
    """Return the target of the critical component: the element itself, or the name given."""
    mark = fields.get("critical_component")
    if isinstance(mark, str):
        return text(fields, "critical_component", empty=True) or None
    try:
        return element if flag(fields, "critical_component") else None
    except UnreadableError as error:
        detail = error.reject.detail.replace("true or false", "true, false or a name")
        raise UnreadableError(Reason.BAD_VALUE, detail) from error
