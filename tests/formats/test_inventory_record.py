"""The inventory record: whom an element serves, and what else fails with it."""

import json

import pytest

from monitor.formats.inventory import Element, read_element
from monitor.formats.reject import Reason

from .lines import element, impact


def _why(**fields: object) -> tuple[Reason, str]:
    found, reject = read_element(json.dumps({"element": "olt-1"} | fields).encode())
    assert found is None
    assert reject is not None
    return reject.reason, reject.detail


def test_a_full_record() -> None:
    """Every field arrives: whom it serves, its group, and the effects it carries by itself."""
    assert element(
        country="BE",
        group="ANR/agg-2",
        critical_component="core router 1",
        interconnection="BNIX",
        serves=[impact(), impact(service="fixed_telephony", end_users=0)],
        emergency_numbers=["112", "101", "112"],
        psap="Antwerpen",
        vendor="x",
    ) == Element(
        "olt-1",
        "BE",
        "ANR/agg-2",
        (("fixed_internet", "BE-2000-07", 26140), ("fixed_telephony", "BE-2000-07", 0)),
        (
            ("emergency_number_unreachable", "112"),
            ("emergency_number_unreachable", "101"),
            ("psap_unavailable", "Antwerpen"),
            ("interconnection", "BNIX"),
            ("critical_component", "core router 1"),
        ),
    )


@pytest.mark.parametrize(
    "name",
    ["country", "group", "critical_component", "interconnection", "serves", "emergency_numbers",
     "psap"],
)  # fmt: skip
def test_null_marks_nothing(name: str) -> None:
    """A field that is null is the same as one that is left out."""
    assert element(**{name: None}) == Element("olt-1")


@pytest.mark.parametrize(
    ("mark", "target"), [(True, "olt-1"), ("x", "x"), (False, None), ("", None), (None, None)]
)
def test_the_critical_component(mark: object, target: str | None) -> None:
    """True names the element itself, a string names the target, all else marks nothing."""
    effects = (("critical_component", target),) if target else ()
    assert element(critical_component=mark).effects == effects


@pytest.mark.parametrize("name", ["group", "interconnection", "psap"])
def test_an_empty_string_marks_nothing(name: str) -> None:
    """An empty name is no name."""
    assert element(**{name: ""}) == Element("olt-1")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("element", ""), ("element", 5), ("country", "be"), ("country", 5), ("group", 5),
        ("critical_component", 1), ("critical_component", []), ("interconnection", True),
        ("psap", ["x"]), ("serves", {}), ("serves", "x"), ("serves", [5]),
        ("emergency_numbers", "112"), ("emergency_numbers", [112]), ("emergency_numbers", [""]),
        ("serves", [impact(end_users=-1)]), ("serves", [impact(end_users=1e30)]),
        ("serves", [impact(area="")]), ("group", "\ud800"), ("critical_component", "\udfff"),
    ],
)  # fmt: skip
def test_a_wrong_value_makes_the_record_bad(name: str, value: object) -> None:
    """A known field with a wrong value is refused by its name."""
    reason, detail = _why(**{name: value})
    assert reason == Reason.BAD_VALUE
    assert detail.startswith(name)


def test_a_record_needs_an_element() -> None:
    """A record without element is of no use; so is an emergency number that is null."""
    assert read_element(b'{"country": "BE"}')[0] is None
    assert _why(element=None) == (Reason.MISSING_FIELD, "element: is required")
    assert _why(emergency_numbers=[None])[0] == Reason.MISSING_FIELD


def test_an_unknown_service_is_left_out() -> None:
    """One odd entry does not lose the record, and is reported."""
    record = {"element": "olt-1", "serves": [{"service": "iptv", "end_users": -1}, impact()]}
    found, reject = read_element(json.dumps(record).encode())
    assert found == Element("olt-1", serves=(("fixed_internet", "BE-2000-07", 26140),))
    assert reject is not None
    assert reject.reason == Reason.PARTLY_USED
    assert "serves[0]" in reject.detail
