"""The outage key, and what the inventory adds to an alarm."""

from typing import Any

import pytest

from monitor.core.event import Event
from monitor.enrich import Correlate, enrich
from monitor.formats.inventory import Element
from monitor.formats.reject import Reason, Reject

from .lines import LEFT_OUT, element, impact, line, used

KNOWN = element(
    element="olt-ANR-04", country="AT", group="ANR/agg-2", serves=[impact(end_users=7)], psap="P"
)


def _event(*known: Element, correlate: Correlate = "group", **changes: Any) -> Event:
    inventory = {e.element: e for e in known}
    event = enrich(used(line(**changes)), inventory, correlate)
    assert isinstance(event, Event)
    return event


@pytest.mark.parametrize(
    ("known", "correlate", "changes", "key"),
    [
        ((), "group", {}, "BE/olt-ANR-04"),
        ((), "group", {"incident": "I1"}, "BE/olt-ANR-04"),
        ((), "incident", {}, "BE/olt-ANR-04"),
        ((), "incident", {"incident": "I1"}, "BE/I1"),
        ((), "incident", {"incident": ""}, "BE/olt-ANR-04"),
        ((KNOWN,), "group", {}, "BE/ANR/agg-2"),
        ((KNOWN,), "group", {"country": LEFT_OUT}, "AT/ANR/agg-2"),
        ((KNOWN,), "group", {"country": None, "incident": "I1"}, "AT/ANR/agg-2"),
        ((KNOWN,), "incident", {"incident": "I1"}, "BE/I1"),
        ((KNOWN,), "incident", {"country": None}, "AT/ANR/agg-2"),
        ((KNOWN,), "group", {"element": "other"}, "BE/other"),
        ((element(element="olt-ANR-04", group=""),), "group", {}, "BE/olt-ANR-04"),
    ],
)
def test_the_outage_key(
    known: tuple[Element, ...], correlate: Correlate, changes: dict[str, object], key: str
) -> None:
    """Country, the event's before the inventory's, then incident if asked for, group, element."""
    assert _event(*known, correlate=correlate, **changes).outage_key == key


def test_the_inventory_is_frozen_in() -> None:
    """What the element serves and marks stands beside what the alarm says, and replaces nothing."""
    event = _event(KNOWN, effects=[])
    assert event.impact == (("fixed_internet", "BE-2000-07", 26140),)
    assert event.element_impact == (("fixed_internet", "BE-2000-07", 7),)
    assert event.effects == ()
    assert event.element_effects == (("psap_unavailable", "P"),)
    assert _event(KNOWN, impact=LEFT_OUT).impact is None


@pytest.mark.parametrize("action", ["raise", "change", "clear"])
def test_no_country_no_key(action: str) -> None:
    """Without a country anywhere there is no key; for a clear the alarm is said to be at risk."""
    for inventory in ({}, {"olt-ANR-04": element(element="olt-ANR-04", group="g")}):
        reject = enrich(used(line(action=action, country=None)), inventory, "group")
        assert isinstance(reject, Reject)
        assert reject.reason == Reason.NO_KEY
        assert "olt-ANR-04" in reject.detail
        at_risk = "alarm oss-be-1/881204 is at risk of staying open"
        assert (at_risk in reject.detail) == (action == "clear")


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ({}, {}, True),
        ({}, {"probable_cause": "powerFailure"}, True),
        ({}, {"event_time": "2026-03-14T09:12:05.000+01:00"}, True),
        ({}, {"sequence": 0}, True),
        ({}, {"planned": None}, True),
        ({}, {"vendor_ext": 1}, True),
        ({}, {"sequence": 1}, False),
        ({}, {"planned": True}, False),
        ({}, {"country": None}, False),
        ({}, {"incident": "I1"}, False),
        ({"incident": "I1"}, {"incident": "I2"}, False),
        ({"incident": "I1"}, {"incident": "I1", "country": None}, False),
        ({}, {"severity": None}, False),
        ({}, {"impact": None}, False),
        ({}, {"impact": [impact(), impact()]}, False),
        ({}, {"effects": []}, False),
        ({"action": "change", "planned": False}, {"action": "change", "planned": None}, False),
    ],
)
def test_what_is_a_repeat(first: dict[str, Any], second: dict[str, Any], *, same: bool) -> None:
    """A repeat is equal in every field as a value; the cause and spellings do not count."""
    known = element(element="olt-ANR-04", country="BE")
    assert _event(known, **first).repeats(_event(known, **second)) is same
