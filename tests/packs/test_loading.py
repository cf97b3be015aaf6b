"""From packs to the law that the core applies."""

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from monitor.core.law import Cell, EffectRule, TableRule
from monitor.packs.loading import PACKAGED, load_law, load_packs
from monitor.packs.to_law import midnight_us, policy_set

from .helpers import GOOD, changed, pack_of

HOUR_US = 3_600_000_000
#: The table of RTR as its page has it: more than so many users, for more than so many hours.
RTR_HOURS = (None, 1, 2, 4, 6, 8, 16)
RTR = {
    "fixed_telephony": (500_000, 350_000, 240_000, 120_000, 50_000, 20_000, 10_000),
    "mobile_telephony": (500_000, 500_000, 250_000, 150_000, 100_000, 50_000, 10_000),
    "fixed_internet": (500_000, 380_000, 250_000, 130_000, 50_000, 30_000, 10_000),
    "mobile_internet": (500_000, 500_000, 250_000, 150_000, 100_000, 50_000, 10_000),
}


def _us(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1_000_000


@pytest.mark.parametrize("first_onset", ["2014-01-01T00:00:00+01:00", "2026-10-01T00:00:00+02:00"])
@pytest.mark.parametrize("service", RTR)
def test_the_table_of_rtr(service: str, first_onset: str) -> None:
    """All 28 cells are as RTR's page has them, more than and more than, in both versions."""
    in_force = load_law().in_force("AT", _us(first_onset))
    (rule,) = [rule for rule in in_force.tables if rule.rule == f"at.rtr.{service}"]
    assert rule.services == (service,)
    assert (rule.duration_comparator, rule.count_comparator) == (">", ">")
    assert rule.cells == tuple(
        Cell(hours and hours * HOUR_US, end_users)
        for hours, end_users in zip(RTR_HOURS, RTR[service], strict=True)
    )


def test_the_threshold_of_bipt() -> None:
    """BIPT asks for at least 25,000 end-users over all services, for at least an hour."""
    (rule,) = load_law().in_force("BE", _us("2020-01-01T00:00:00+01:00")).tables
    assert rule.rule == "be.bipt.users"
    assert set(rule.services) == set(RTR)
    assert (rule.duration_comparator, rule.count_comparator) == (">=", ">=")
    assert rule.cells == (Cell(HOUR_US, 25_000),)


def test_who_is_told() -> None:
    """Each rule tells its authority; RTR's emergency rules also holders and call centres."""
    law = load_law()
    told = {rule.rule: (rule.authority, rule.addressees) for rule in law.rules}
    others = ("holders of the emergency numbers", "emergency call centres")
    emergency = ("emergency_number", "psap_unavailable", "psap_not_as_planned")
    flags = ("emergency", "interconnection", "critical_component")
    assert told == {
        **{f"at.rtr.{service}": ("RTR", ("RTR",)) for service in RTR},
        **{f"at.rtr.{name}": ("RTR", ("RTR", *others)) for name in emergency},
        **{f"be.bipt.{name}": ("BIPT", ("BIPT",)) for name in ("users", *flags)},
        "be.dpa.breach": ("DPA", ("DPA",)),
        "be.nis.digital_infrastructure": ("CCB", ("CCB",)),
    }


def test_the_kinds_of_effect_rules() -> None:
    """Every effect that an alarm can carry has a rule in Belgium, emergencies also in Austria."""
    law = load_law()
    now = _us("2026-12-01T00:00:00+01:00")
    kinds = {
        rule.rule: rule.kinds
        for country in ("BE", "AT")
        for rule in law.in_force(country, now).effects
    }
    psap = ("psap_unavailable", "psap_not_as_planned")
    assert kinds == {
        "be.bipt.emergency": ("emergency_number_unreachable", *psap),
        "be.bipt.interconnection": ("interconnection",),
        "be.bipt.critical_component": ("critical_component",),
        "be.dpa.breach": ("personal_data_breach",),
        "be.nis.digital_infrastructure": ("digital_infrastructure",),
        "at.rtr.emergency_number": ("emergency_number_unreachable",),
        "at.rtr.psap_unavailable": ("psap_unavailable",),
        "at.rtr.psap_not_as_planned": ("psap_not_as_planned",),
    }


@pytest.mark.parametrize(
    ("country", "begins", "rules"),
    [
        ("AT", "2014-01-01T00:00:00+01:00", 7),
        ("BE", "2017-12-14T00:00:00+01:00", 5),
        ("BE", "2019-05-03T00:00:00+02:00", 6),
        ("AT", "2026-10-01T00:00:00+02:00", 7),
    ],
)
def test_a_day_begins_at_midnight_of_the_time_zone(country: str, begins: str, rules: int) -> None:
    """A rule holds from the first microsecond of its day, at the offset of that day."""
    law, begins_us = load_law(), _us(begins)

    def in_force(time_us: int) -> set[tuple[str, int]]:
        found = law.in_force(country, time_us)
        return {(rule.rule, rule.valid_from_us) for rule in (*found.tables, *found.effects)}

    assert len(in_force(begins_us)) == rules
    assert in_force(begins_us) - in_force(begins_us - 1)
    assert all(from_us == begins_us for _, from_us in in_force(begins_us) - in_force(begins_us - 1))


def test_a_midnight_that_does_not_exist_is_the_change_of_the_clock() -> None:
    """Where clocks go forward at midnight, the day begins with the change."""
    day = midnight_us(date(2024, 9, 8), "America/Santiago")
    assert datetime.fromtimestamp(day / 1_000_000, UTC).hour == 4


def test_rules_keep_the_order_of_files_and_packs() -> None:
    """Rules come by file name, then as they stand in the pack, and cells as they stand."""
    names = list(dict.fromkeys(rule.rule for rule in load_law().rules))
    assert names == [
        *(f"at.rtr.{service}" for service in RTR),
        "at.rtr.emergency_number",
        "at.rtr.psap_unavailable",
        "at.rtr.psap_not_as_planned",
        *(f"be.bipt.{n}" for n in ("users", "emergency", "interconnection", "critical_component")),
        "be.dpa.breach",
        "be.nis.digital_infrastructure",
    ]


def test_a_directory_adds_its_packs(tmp_path: Path) -> None:
    """Packs below a directory, however deep, join the packaged ones."""
    (tmp_path / "deep" / "er").mkdir(parents=True)
    changed(tmp_path / "deep" / "er")
    law = load_law([tmp_path])
    found = law.in_force("XX", _us("2025-01-01T00:00:00+00:00"))
    assert [rule.rule for rule in found.tables] == ["xx.reg.calls"]
    assert [rule.rule for rule in found.effects] == ["xx.reg.emergency"]
    assert law.in_force("BE", _us("2025-01-01T00:00:00+00:00"))


def test_a_pack_replaces_that_of_the_same_policy(tmp_path: Path) -> None:
    """The last directory named decides; the packaged rules of that policy are gone."""
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    changed(one, ("xx.reg", "at.rtr"))
    changed(two, ("xx.reg", "at.rtr"), ("title: Calls", "title: Other calls"))
    packs = load_packs([one, two])
    assert [pack.policy for pack in packs] == [pack.policy for pack in load_packs()]
    (replaced,) = [pack for pack in packs if pack.policy == "at.rtr"]
    assert [rule.title for rule in replaced.rules] == ["Other calls", "Emergency"]


def test_the_hash_names_the_content_only(tmp_path: Path) -> None:
    """Comments, order of keys and spelling leave the hash as it is; any content changes it."""
    plain = policy_set([pack_of(GOOD)])
    same = changed(
        tmp_path,
        ("country: XX\nauthority: REG", "# a comment\nauthority: 'REG'\ncountry:   XX"),
        ("duration: PT30M", "duration: PT1800S"),
    )
    assert policy_set([pack_of(same)]) == plain
    for change in (
        ("end_users: 700", "end_users: 701"),
        ('count_comparator: ">"', 'count_comparator: ">="'),
        ("2030-01-01", "2030-01-02"),
        ("law_read", "page_only"),
        ("title: Calls", "title: Call"),
    ):
        assert policy_set([pack_of(changed(tmp_path, change))]) != plain


def test_the_hash_does_not_depend_on_where_and_when() -> None:
    """The law of the packaged packs has one hash, whatever was read before it."""
    assert load_law().policy_set == load_law([]).policy_set == policy_set(reversed(load_packs()))
    assert len(load_law().policy_set) == 64


def test_packs_are_found_from_anywhere(tmp_path: Path) -> None:
    """The packaged packs do not hang on the working directory."""
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        assert load_packs()
        assert PACKAGED.is_absolute()
    finally:
        os.chdir(before)


def test_both_families_are_there() -> None:
    """The law has tables and effects, each as the core's own class."""
    families = {type(rule) for rule in load_law().rules}
    assert families == {TableRule, EffectRule}
