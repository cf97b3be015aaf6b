"""Which rules apply to an outage: by country, and by the date of its first onset."""

import pytest

from core.world import AT_LEAST, EFFECT, LAW, NEW, NEW_LAW, OLD, effect_rule, us
from monitor.core.law import Law


@pytest.mark.parametrize(
    ("first_us", "expected"), [(us(NEW_LAW) - 1, OLD), (us(NEW_LAW), NEW), (us(NEW_LAW) + 1, NEW)]
)
def test_the_law_at_the_first_onset(first_us: int, expected: object) -> None:
    """A rule is in force from its first instant on, up to but not at its last."""
    tables = LAW.in_force("XX", first_us).tables
    assert AT_LEAST in tables
    assert [rule for rule in tables if rule in {OLD, NEW}] == [expected]


def test_each_country_has_its_own() -> None:
    """Another country's rules do not apply; a country without rules has none."""
    law = Law((EFFECT, other := effect_rule("e", rule="y.effect", country="YY")), "hash")
    assert law.in_force("XX", 0).effects == (EFFECT,)
    assert law.in_force("YY", 0).effects == (other,)
    assert not law.in_force("ZZ", 0)
