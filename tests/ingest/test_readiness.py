"""Readiness: each condition by name, and why it is not met."""

from monitor.readiness import Readiness


def test_without_conditions_it_is_ready() -> None:
    """Nothing is waited for."""
    assert Readiness().ready


def test_one_condition_that_is_not_met_is_enough() -> None:
    """The reason is there to be read."""
    readiness = Readiness()
    readiness.met("broker")
    readiness.waits("inventory", "it is empty")
    assert not readiness.ready
    assert readiness.missing == {"inventory": "it is empty"}
    assert readiness.conditions == {"broker": None, "inventory": "it is empty"}


def test_it_becomes_ready_and_stops_being_so() -> None:
    """A condition can be lost again, and can go away with what it was about."""
    readiness = Readiness()
    readiness.met("ledger 3")
    assert readiness.ready
    readiness.waits("ledger 3", "not read back")
    assert list(readiness.missing) == ["ledger 3"]
    readiness.dropped("ledger 3")
    assert readiness.conditions == {}
