"""What the packaged packs call for: whom, by what, until when, and under which designation."""

from collections.abc import Iterable

import pytest
from core.world import us

from monitor.core.duty import Call
from monitor.packs.errors import DesignationError
from monitor.packs.loading import designation_ids, law_of, load_law, load_packs

PACKS = load_packs()
DESIGNATED = "be.nis.operator_of_essential_services"
LAW = law_of(PACKS)
#: The small world is in March 2026.
NOW_US = us(0)
LATER_US = 1_900_000_000_000_000


def _named(calls: Iterable[Call]) -> list[tuple[str, tuple[str, ...]]]:
    return [(call.step.step, call.addressees) for call in calls]


@pytest.mark.parametrize("first_onset_us", [NOW_US, LATER_US])
@pytest.mark.parametrize("rule", ["at.rtr.fixed_telephony", "at.rtr.mobile_internet"])
def test_what_rtr_asks_of_counts(rule: str, first_onset_us: int) -> None:
    """A first notice, one of the restoration, and a follow-up; before and after October 2026."""
    assert _named(LAW.steps.called(rule, None, first_onset_us)) == [
        ("at.rtr.first_notice", ("RTR",)),
        ("at.rtr.restoration_notice", ("RTR",)),
        ("at.rtr.follow_up", ("RTR",)),
    ]


@pytest.mark.parametrize(
    ("rule", "target", "told"),
    [
        ("emergency_number", "112", "interior ministry"),
        ("emergency_number", "133", "interior ministry"),
        *(("emergency_number", n, "state governors") for n in ("122", "128", "140", "141", "144")),
        ("emergency_number", "142", "dioceses"),
        ("emergency_number", "147", "ORF"),
        ("emergency_number", "116117", "holders of the emergency numbers"),
        ("psap_unavailable", "Leitstelle Ost", "holders of the emergency numbers"),
        ("psap_not_as_planned", "Leitstelle Ost", "holders of the emergency numbers"),
    ],
)
def test_who_is_told_of_an_emergency_number(rule: str, target: str, told: str) -> None:
    """The holder of the very number, and the emergency call centres; RTR has its first notice."""
    calls = _named(LAW.steps.called(f"at.rtr.{rule}", target, NOW_US))
    assert ("at.rtr.first_notice", ("RTR",)) in calls
    assert calls[-1] == ("at.rtr.emergency_notice", (told, "emergency call centres"))
    assert len(calls) == 4


@pytest.mark.parametrize("rule", ["users", "emergency", "interconnection", "critical_component"])
def test_what_bipt_asks(rule: str) -> None:
    """A brief notice by telephone or e-mail, and the full form on the platform."""
    brief, full = LAW.steps.called(f"be.bipt.{rule}", "any", NOW_US)
    assert [by for by, _ in brief.step.channels] == ["telephone", "e_mail"]
    assert all("duty office" in to for _, to in brief.step.channels)
    assert [by for by, _ in full.step.channels] == ["platform"]
    assert {brief.addressees, full.addressees} == {("BIPT",)}


def test_a_breach_goes_to_the_data_protection_authority() -> None:
    """On its web site; it passes it on itself."""
    (notice,) = LAW.steps.called("be.dpa.breach", "", NOW_US)
    assert (notice.step.authority, notice.addressees) == ("DPA", ("DPA",))
    assert [by for by, _ in notice.step.channels] == ["web_site"]


def test_a_designation_decides() -> None:
    """Designated: the platform, a duty. Not designated: voluntary."""
    assert list(designation_ids(PACKS)) == [DESIGNATED]
    (voluntary,) = LAW.steps.called("be.nis.digital_infrastructure", "ixp", NOW_US)
    assert (voluntary.step.step, voluntary.step.voluntary) == ("be.nis.voluntary_report", True)
    law = law_of(PACKS, [DESIGNATED])
    (report,) = law.steps.called("be.nis.digital_infrastructure", "ixp", NOW_US)
    assert (report.step.step, report.step.voluntary) == ("be.nis.platform_report", False)
    assert [by for by, _ in report.step.channels] == ["platform"]


def test_a_designation_is_part_of_the_policy_set() -> None:
    """What decides is named by the hash."""
    assert law_of(PACKS, [DESIGNATED]).policy_set != LAW.policy_set


def test_each_rule_calls_for_something_at_any_time() -> None:
    """From the first day on which a rule is in force."""
    for rule in LAW.rules:
        assert LAW.steps.called(rule.rule, "t", rule.valid_from_us), rule.rule


def test_all_that_is_without_delay_says_that_its_limit_is_ours() -> None:
    """A house limit is never passed off as the law's."""
    for step in LAW.steps.all:
        how = step.deadline.due(step.after, NOW_US).how
        assert how.startswith(("Without delay; the limit of PT1H is ours", "Within ")), step.step


def test_an_unknown_designation_is_refused() -> None:
    """Mistyped it would silently leave out a duty; the answer names what there is."""
    with pytest.raises(
        DesignationError, match=f"no pack knows the designation be.x; .*{DESIGNATED}"
    ):
        load_law(designations=[DESIGNATED, "be.x"])
