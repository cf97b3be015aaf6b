"""The life of one alarm: what an event makes of its state."""

from typing import Any

import pytest

from core.world import clear, event, us, users
from monitor.core.alarm import Alarm, after
from monitor.core.event import Event

_HORIZON_US = us(10) - us(0)
_E, _F = ("e", "1"), ("f", "2")


def _live(*events: Event) -> Alarm:
    state = None
    for e in events:
        state = after(state, e, _HORIZON_US)
    assert state is not None
    return state


def test_a_raise_takes_what_it_lacks_from_the_inventory() -> None:
    """Only absent impact is taken from it; an empty one counts as given."""
    served: dict[str, Any] = {"element_impact": (users(7),)}
    assert _live(event("raise", 0, **served)).impact == (users(7),)
    assert _live(event("raise", 0, impact=(), **served)).impact == ()
    assert _live(event("raise", 0, users(2), **served)).impact == (users(2),)


def test_a_raise_of_an_active_alarm_is_a_change() -> None:
    """In every respect: what it leaves out keeps its value, the inventory is not asked."""
    first = event("raise", 0, users(2), effects=(_E,), severity="major", planned=True)
    again = event("raise", 1, element_impact=(users(7),))
    state = _live(first, again)
    assert (state.impact, state.given_effects, state.severity, state.planned) == (
        (users(2),), (_E,), "major", True,
    )  # fmt: skip


def test_a_raise_after_a_clear_starts_anew() -> None:
    """Nothing is left of what was."""
    first = event("raise", 0, users(2), effects=(_E,), severity="major", planned=True)
    state = _live(first, clear(1), event("raise", 2))
    assert state == Alarm(active=True, last_us=us(2), last_sequence=0)


def test_a_change_replaces_what_it_names() -> None:
    """Impact and effects are replaced as a whole, an empty list removes them."""
    first = event("raise", 0, users(2), users(3, "l"), effects=(_E,))
    assert _live(first, event("change", 1, users(9))).impact == (users(9),)
    state = _live(first, event("change", 1, impact=(), effects=()))
    assert (state.impact, state.effects, state.service_affecting) == ((), (), False)
    state = _live(first, event("change", 1, planned=True, severity="minor"))
    assert (state.planned, state.severity, state.effects) == (True, "minor", (_E,))


@pytest.mark.parametrize(
    ("events", "active"),
    [
        ([event("change", 0)], True),
        ([clear(0), event("change", 10)], False),
        ([clear(0), event("change", 10.1)], True),
        ([event("raise", 0), clear(5), event("change", 15)], False),
        ([event("raise", 0), clear(5), event("change", 15.1)], True),
        ([clear(0), event("change", 9), event("change", 18)], False),
    ],
)
def test_a_change_of_an_inactive_alarm(events: list[Event], active: bool) -> None:  # noqa: FBT001
    """It acts as a raise if no earlier event lies within the horizon; any event counts."""
    assert _live(*events).active == active


def test_the_largest_counts_where_an_area_comes_twice() -> None:
    """One entry per service and area, in the order given, none without people."""
    given = users(2), users(9), users(3), users(0, "l"), users(1, "k", "t")
    assert _live(event("raise", 0, *given)).impact == (users(9), users(1, "k", "t"))
    assert _live(event("raise", 0, users(0))).impact == ()


@pytest.mark.parametrize(
    ("severity", "effects"),
    [
        ("critical", (_E, _F)),
        ("major", (_E, _F)),
        ("minor", (_E,)),
        ("cleared", (_E,)),
        (None, (_E,)),
    ],
)
def test_the_element_adds_its_effects_while_severe(
    severity: str | None, effects: tuple[tuple[str, str], ...]
) -> None:
    """While critical or major; a severity `cleared` does not clear."""
    state = _live(event("raise", 0, effects=(_E,), severity=severity, element_effects=(_F,)))
    assert (state.active, state.effects, state.service_affecting) == (True, effects, True)


def test_the_element_of_the_last_event_decides() -> None:
    """`[]` removes the effects given, not those of the element; another element has others."""
    first = event("raise", 0, effects=(_E,), severity="major", element_effects=(_F,))
    assert _live(first, event("change", 1, effects=(), element_effects=(_F,))).effects == (_F,)
    assert _live(first, event("change", 1)).effects == (_E,)
    quiet = event("change", 1, severity="minor", element_effects=(_F,))
    assert _live(first, quiet).effects == (_E,)
    assert _live(
        first, quiet, event("change", 2, severity="critical", element_effects=(_F,))
    ).effects == (_E, _F)
