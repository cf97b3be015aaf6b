"""The native form, field by field: what is taken, what is refused, and in which words."""

import pytest

from monitor.formats import careful
from monitor.formats.alarm import NativeAlarm
from monitor.formats.reject import Reason

from .lines import LEFT_OUT, line, raw, refused, used, why

REQUIRED = ("source", "alarm_id", "action", "event_time", "element")
OPTIONAL = (
    "sequence", "country", "incident", "severity", "probable_cause", "planned", "impact", "effects",
)  # fmt: skip


def test_a_plain_line_is_read() -> None:
    """Every field of a plain line arrives as it was written."""
    assert used(line(sequence=7, incident="INC-1", effects=[])) == NativeAlarm(
        source="oss-be-1",
        alarm_id="881204",
        action="raise",
        time_us=1_773_475_925_000_000,
        sequence=7,
        element="olt-ANR-04",
        country="BE",
        incident="INC-1",
        severity="critical",
        probable_cause="lossOfSignal",
        planned=False,
        impact=(("fixed_internet", "BE-2000-07", 26140),),
        effects=(),
        left_out="",
    )


def test_plain_lines_take_the_fast_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line without a blemish is read without the careful reader."""
    monkeypatch.setattr(careful, "read_alarm", None)
    assert used(line()).element == "olt-ANR-04"
    assert used(line(effects=[], sequence=None, unknown={"a": [1]})).effects == ()


@pytest.mark.parametrize("name", REQUIRED)
def test_a_required_field_is_missed(name: str) -> None:
    """A required field that is left out or null is named in the reject."""
    for absent in (LEFT_OUT, None):
        reason, detail = why(line(**{name: absent}))
        assert reason == Reason.MISSING_FIELD
        assert detail == f"{name}: is required"


@pytest.mark.parametrize("name", OPTIONAL)
def test_null_is_the_same_as_absent(name: str) -> None:
    """An optional field that is null reads like one that is left out."""
    assert used(line(**{name: None})) == used(line(**{name: LEFT_OUT}))


def test_absent_is_not_the_default() -> None:
    """What may mean `unchanged` stays unknown; only the sequence has its default at once."""
    alarm = used(line(**dict.fromkeys(OPTIONAL, LEFT_OUT)))
    assert alarm.sequence == 0
    for name in OPTIONAL[1:]:
        assert getattr(alarm, name) is None


WRONG: dict[str, tuple[object, ...]] = {
    **dict.fromkeys(REQUIRED, ("", 5, True, [], {}, ["a"])),
    **dict.fromkeys(("incident", "probable_cause"), (5, True, [], {})),
    "action": ("", 5, [], "RAISE", "cleared", "raise "),
    "sequence": ("1", 1.0, 1.5, True, [], 2**63, -(2**63) - 1),
    "country": ("", "be", "BEL", "B", "BE\n", " BE", "ÉE", "1E", 5, []),
    "severity": ("", "Critical", "severe", 1, True, []),
    "planned": ("true", "", 0, 1, [], {}),
    **dict.fromkeys(
        ("impact", "effects"), ("", "x", 5, True, {}, [None], ["x"], [5], [True], [[]])
    ),
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_a_wrong_value_makes_the_line_bad(name: str, value: object) -> None:
    """A known field with a wrong value is refused, by the name of the field."""
    reason, detail = why(line(**{name: value}))
    assert reason == Reason.BAD_VALUE
    assert detail.startswith(name)
    assert "expected" in detail


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("action", ("raise", "change", "clear")),
        ("severity", ("critical", "major", "minor", "warning", "indeterminate", "cleared")),
        ("country", ("BE", "AT", "ZZ")),
        ("planned", (True, False)),
        ("sequence", (0, -1, 7, 2**63 - 1, -(2**63))),
        ("probable_cause", ("", "lossOfSignal", "Überspannung")),
        ("incident", ("INC-1", " ")),
        ("source", (" ", "é", "\U0001f600", "a\x00b", "\u2028")),
    ],
)
def test_right_values_arrive(name: str, values: tuple[object, ...]) -> None:
    """Each value that a field may have arrives unchanged."""
    for value in values:
        assert getattr(used(line(**{name: value})), name) == value


def test_an_empty_incident_gives_no_key() -> None:
    """An empty incident number names no incident."""
    assert used(line(incident="")).incident is None


@pytest.mark.parametrize("spelling", ["1.0", "1e0", "1E2", "-0.0", "1e400", "-1e-1"])
def test_whole_numbers_are_written_as_such(spelling: str) -> None:
    """A number with a point or an exponent is no whole number, whatever its value."""
    entry = f'{{"service": "fixed_internet", "area": "x", "end_users": {spelling}}}'
    assert why(raw(f'"sequence": {spelling}'))[0] == Reason.BAD_VALUE
    assert why(raw(f'"impact": [{entry}]'))[0] == Reason.BAD_VALUE


@pytest.mark.parametrize("spelling", ["+1", "01", "1.", ".5", "0x1", "1_0", "-", "NaN", "Infinity"])
def test_what_json_does_not_know_is_no_number(spelling: str) -> None:
    """A spelling that JSON does not have makes the line no JSON."""
    assert refused(raw(f'"sequence": {spelling}')).reason == Reason.NOT_JSON


def test_minus_zero_is_zero() -> None:
    """The integer -0 is a whole number in JSON, and nothing else than 0."""
    assert used(raw('"sequence": -0')).sequence == 0


def test_unknown_fields_are_ignored() -> None:
    """Fields that the form does not have change nothing, whatever they hold."""
    for value in ("1e400", "[[{}]]", '"\\ud800"', "null", "123456789" * 60):
        assert used(raw(f'"vendor_ext": {value}')) == used(line())


def test_of_equal_names_the_last_counts() -> None:
    """A field that comes twice has the value that comes last, also if that is null."""
    assert used(raw('"country": "AT"')).country == "AT"
    assert used(raw('"country": null')).country is None
    assert used(raw('"sequence": "x", "sequence": 2')).sequence == 2


@pytest.mark.parametrize("name", ["source", "alarm_id", "element", "incident", "probable_cause"])
@pytest.mark.parametrize("half", ["\\ud800", "a\\udfff", "\\udc00\\ud800"])
def test_half_a_surrogate_pair_is_refused(name: str, half: str) -> None:
    """Text that cannot be written as UTF-8 again is refused; a whole pair is one letter."""
    reason, detail = why(raw(f'"{name}": "{half}"'))
    assert reason == Reason.BAD_VALUE
    assert "surrogate" in detail
    assert getattr(used(raw(f'"{name}": "\\ud83d\\ude00"')), name) == "\U0001f600"
