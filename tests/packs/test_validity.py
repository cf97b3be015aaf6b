"""What ends soon is warned of, and a country without a policy is seen."""

from datetime import date
from pathlib import Path

import pytest

from monitor.packs.loading import countries_without_policy, ending_soon, load_packs
from monitor.packs.to_law import midnight_us

from .helpers import DAY_US, GOOD, changed, pack_of

ENDS_US = midnight_us(date(2030, 1, 1), "Europe/Rome")


@pytest.mark.parametrize(
    ("before_us", "told", "ended"),
    [
        (60 * DAY_US + 1, False, False),
        (60 * DAY_US, True, False),
        (1, True, False),
        (0, True, True),
        (-900 * DAY_US, True, True),
    ],
)
def test_an_end_is_told_sixty_days_ahead(before_us: int, told: bool, ended: bool) -> None:  # noqa: FBT001 - the table of cases
    """From 60 days before the end, and ever after it, the rules that end are told."""
    endings = ending_soon([pack_of(GOOD)], ENDS_US - before_us)
    assert bool(endings) == told
    for ending in endings:
        assert (ending.policy, ending.country, ending.authority) == ("xx.reg", "XX", "REG")
        assert ending.rules == ("xx.reg.calls",)
        assert (ending.day, ending.ends_us) == (date(2030, 1, 1), ENDS_US)
        assert (ending.ended, ending.whole_policy) == (ended, False)
        assert "2030-01-01" in str(ending)


def test_a_version_that_follows_ends_the_warning(tmp_path: Path) -> None:
    """A version from the very day on which another ends goes on with it; a later one does not."""
    text = GOOD.read_text()
    rules = text[text.index("  - id: xx.reg.calls") : text.index("  - id: xx.reg.emergency")]
    for first, is_told in (("2030-01-01", False), ("2030-01-02", True)):
        version = rules.replace("2020-01-01", first).replace("valid_to: 2030", "valid_to: 2040")
        file = tmp_path / "xx.yaml"
        file.write_text(text + "\n" + version)
        assert bool(ending_soon([pack_of(file)], ENDS_US - DAY_US)) == is_told
        assert ending_soon([pack_of(file)], ENDS_US + 9 * DAY_US) == []


def test_the_end_of_the_last_version_counts(tmp_path: Path) -> None:
    """Versions that go on from one to the next end with the last, however short they are."""
    text = GOOD.read_text()
    rules = text[text.index("  - id: xx.reg.calls") : text.index("  - id: xx.reg.emergency")]
    version = rules.replace("2030-01-01", "2030-01-11").replace("2020-01-01", "2030-01-01")
    file = tmp_path / "xx.yaml"
    file.write_text(text + "\n" + version)
    (ending,) = ending_soon([pack_of(file)], ENDS_US - DAY_US)
    assert ending.day == date(2030, 1, 11)


def test_what_has_yet_to_begin_does_not_end() -> None:
    """A rule of the future is no warning, even if it is short."""
    assert ending_soon([pack_of(GOOD)], midnight_us(date(2019, 12, 1), "Europe/Rome")) == []


def test_the_whole_policy_is_told_as_such(tmp_path: Path) -> None:
    """When all rules end on one day, the policy ends, and the sentence names no rule."""
    file = changed(
        tmp_path, ("verified: page_only", "valid_to: 2030-01-01\n    verified: page_only")
    )
    (ending,) = ending_soon([pack_of(file)], ENDS_US)
    assert ending.whole_policy
    assert str(ending).startswith("policy xx.reg is no longer in force since 2030-01-01")


def test_the_packaged_packs_go_on() -> None:
    """No packaged pack ends without a version that follows, before or after 1 October 2026."""
    packs = load_packs()
    for day in (date(2026, 8, 15), date(2026, 10, 1), date(2030, 1, 1)):
        assert ending_soon(packs, midnight_us(day, "Europe/Vienna")) == []


def test_a_country_without_policy_is_seen() -> None:
    """Before the first and after the last rule a country has no policy, between them it has."""
    begins_us = midnight_us(date(2020, 1, 1), "Europe/Rome")
    pack = pack_of(GOOD)
    assert countries_without_policy([pack], begins_us - 1) == ["XX"]
    assert countries_without_policy([pack], begins_us) == []
    assert countries_without_policy([pack], ENDS_US) == []
    assert countries_without_policy(load_packs(), 0) == ["AT", "BE"]


def test_one_policy_is_enough_for_a_country(tmp_path: Path) -> None:
    """A country is covered while any of its policies is in force."""
    older = changed(tmp_path, ("xx.reg", "xx.old"), ("2020-01-01", "2010-01-01"))
    packs = [pack_of(GOOD), pack_of(older)]
    assert countries_without_policy(packs, midnight_us(date(2015, 1, 1), "UTC")) == []
