"""Impact and effects: what an entry may hold, and what is left out without losing the rest."""

import json

import pytest

from monitor.formats.native import read_alarm
from monitor.formats.reject import Reason

from .lines import LEFT_OUT, impact, line, used, why

KINDS = (
    "emergency_number_unreachable", "psap_unavailable", "psap_not_as_planned", "interconnection",
    "critical_component",
)  # fmt: skip
HIT = ("fixed_internet", "BE-2000-07", 26140)


def test_impact_is_kept_entry_by_entry() -> None:
    """Entries keep their order and their repeats; fields we do not know are ignored."""
    entries = [impact(end_users=0), impact(service="mobile_telephony", note=1), impact(end_users=0)]
    assert used(line(impact=entries)).impact == (
        ("fixed_internet", "BE-2000-07", 0),
        ("mobile_telephony", "BE-2000-07", 26140),
        ("fixed_internet", "BE-2000-07", 0),
    )
    assert used(line(impact=[])).impact == ()


@pytest.mark.parametrize("end_users", [0, 1, 24_999, 10**9])
def test_end_users_in_range(end_users: int) -> None:
    """From 0 to 10^9 end-users are taken."""
    assert used(line(impact=[impact(end_users=end_users)])).impact == ((*HIT[:2], end_users),)


@pytest.mark.parametrize(
    "end_users", [-1, 10**9 + 1, 10**18, 2**64, 10**300, 1e30, 1.0, 0.5, "5", True, [], {}]
)
def test_end_users_out_of_range(end_users: object) -> None:
    """A count that is no whole number from 0 to 10^9 makes the line bad."""
    reason, detail = why(line(impact=[impact(), impact(end_users=end_users)]))
    assert reason == Reason.BAD_VALUE
    assert detail.startswith("impact[1].end_users: expected a whole number from 0 to 1000000000")


@pytest.mark.parametrize("name", ["area", "end_users"])
def test_an_impact_entry_needs_its_fields(name: str) -> None:
    """An entry of a known service without area or count makes the line bad."""
    for absent in (LEFT_OUT, None):
        reason, detail = why(line(impact=[impact(), impact(**{name: absent})]))
        assert reason == Reason.MISSING_FIELD
        assert detail == f"impact[1].{name}: is required"


@pytest.mark.parametrize("area", ["", 5, [], True])
def test_an_area_is_text(area: object) -> None:
    """An area is a string that is not empty."""
    reason, detail = why(line(impact=[impact(area=area)]))
    assert reason == Reason.BAD_VALUE
    assert detail.startswith("impact[0].area: expected a non-empty string")


@pytest.mark.parametrize("kind", KINDS)
def test_an_effect_has_a_target(kind: str) -> None:
    """Each kind but the breach needs a target: a string that is not empty."""
    assert used(line(effects=[{"kind": kind, "target": "t"}])).effects == ((kind, "t"),)
    for absent in ({}, {"target": None}):
        reason, detail = why(line(effects=[{"kind": kind} | absent]))
        assert (reason, detail) == (Reason.MISSING_FIELD, "effects[0].target: is required")


@pytest.mark.parametrize("target", ["", 5, [], True])
def test_a_target_is_text(target: object) -> None:
    """A target is a string that is not empty."""
    reason, detail = why(line(effects=[{"kind": "psap_unavailable", "target": target}]))
    assert reason == Reason.BAD_VALUE
    assert detail.startswith("effects[0].target: expected a non-empty string")


@pytest.mark.parametrize("target", [LEFT_OUT, None, "", "x", 5, [], {}, "\ud800"])
def test_the_target_of_a_breach_is_ignored(target: object) -> None:
    """A breach of personal data has no target; one given is ignored, whatever it is."""
    effect = {"kind": "personal_data_breach"} | ({} if target is LEFT_OUT else {"target": target})
    assert used(line(effects=[effect])).effects == (("personal_data_breach", ""),)


def test_digital_infrastructure_is_one_of_three() -> None:
    """The target of digital infrastructure is ixp, dns or tld, and nothing else."""
    for target in ("ixp", "dns", "tld"):
        effects = [{"kind": "digital_infrastructure", "target": target}]
        assert used(line(effects=effects)).effects == (("digital_infrastructure", target),)
    for wrong in ("IXP", "cdn", ""):
        effects = [{"kind": "digital_infrastructure", "target": wrong}]
        assert why(line(effects=effects))[0] == Reason.BAD_VALUE


ODD_IMPACT: tuple[dict[str, object], ...] = (
    {"service": "iptv", "area": "x", "end_users": -1},
    {"service": "FIXED_INTERNET"},
    {"service": None, "area": []},
    {"service": 5},
    {"service": ["fixed_internet"]},
    {},
)


@pytest.mark.parametrize("odd", ODD_IMPACT)
def test_an_unknown_service_is_left_out(odd: object) -> None:
    """One odd entry, whatever else it holds, does not hide the others, and is reported."""
    alarm, reject = read_alarm(line(impact=[odd, impact()]))
    assert alarm is not None
    assert alarm.impact == (HIT,)
    assert reject is not None
    assert reject.reason == Reason.PARTLY_USED
    assert "impact[0]" in reject.detail


@pytest.mark.parametrize("odd", [{"kind": "fire", "target": 5}, {"kind": None}, {"kind": 1}, {}])
def test_an_unknown_kind_is_left_out(odd: object) -> None:
    """An effect of a kind that is not listed is left out and reported."""
    effects = [{"kind": "interconnection", "target": "ix"}, odd]
    alarm, reject = read_alarm(line(effects=effects))
    assert alarm is not None
    assert alarm.effects == (("interconnection", "ix"),)
    assert reject is not None
    assert reject.reason == Reason.PARTLY_USED
    assert "effects[1]" in reject.detail


def test_an_impact_of_odd_entries_is_given_and_empty() -> None:
    """If nothing usable is left, nobody is hit; the inventory is not asked instead."""
    alarm, _ = read_alarm(line(impact=[{"service": "iptv"}], effects=[{"kind": "fire"}]))
    assert alarm is not None
    assert alarm.impact == ()
    assert alarm.effects == ()


def test_an_odd_entry_does_not_excuse_a_bad_one() -> None:
    """An entry of a known service with a wrong value makes the line bad all the same."""
    reason, _ = why(line(impact=[{"service": "iptv"}, impact(end_users=-1)]))
    assert reason == Reason.BAD_VALUE


def test_left_out_entries_tell_repeats_apart() -> None:
    """What was left out is compared as a value: the order of its fields is none."""

    def left_out(impact_text: str) -> str:
        text = line(impact=LEFT_OUT).decode()[:-1] + f', "impact": {impact_text}}}'
        alarm, reject = read_alarm(text.encode())
        assert alarm is not None
        assert reject is not None
        return alarm.left_out

    same = left_out('[{"service": "iptv", "area": "x"}]')
    assert left_out('[{ "area":"\\u0078", "service":"iptv"}]') == same
    assert left_out('[{"service": "iptv", "area": "y"}]') != same
    assert left_out('[{"service": "iptv", "area": "x"}, {"service": "iptv"}]') != same


def test_many_odd_entries_are_told_in_few_words() -> None:
    """The sentence stays short however many entries were left out, and says how many."""
    _, reject = read_alarm(line(impact=[impact(), *[{"service": "iptv"}] * 5_000]))
    assert reject is not None
    assert len(reject.detail) < 500
    assert "4,997 more" in reject.detail


def test_long_values_are_shown_short() -> None:
    """A wrong value is shown by its start, in printable letters."""
    _, detail = why(line(country="é\x1b" * 1_000_000))
    assert len(detail) < 200
    assert detail.isprintable()
    assert json.dumps("é\x1b")[1:-1] in detail
