"""The sentence that a duty officer can read out, and the words it is made of."""

import pytest
from msgspec.structs import replace

from monitor.core.law import Cell, Comparator, EffectRule, TableRule
from monitor.core.notification import Notification
from monitor.formats.words import KINDS
from monitor.messages.notification import cell_fields, notification_fields
from monitor.messages.printable import printable
from monitor.messages.reason import effect_text, reason, span_text, threshold_text

S = 1_000_000
MINUTE, HOUR = 60 * S, 3600 * S


def _table(*services: str, duration: Comparator = ">=", count: Comparator = ">=") -> TableRule:
    return TableRule(
        rule="xx.reg.users", policy="xx.reg", country="XX", authority="REG", addressees=(),
        valid_from_us=0, valid_to_us=None, services=services, duration_comparator=duration,
        count_comparator=count, cells=(Cell(HOUR, 1000),),
    )  # fmt: skip


def _said(
    rule: TableRule | EffectRule,
    cell: Cell | tuple[str, str],
    affected: tuple[tuple[str, int, int], ...] = (),
    reading: str = "cautious",
) -> Notification:
    return Notification(
        crossing_id="c", revision=0, type="required", initial=True, rule=rule, cell=cell,
        outage_id="XX/e@1970-01-01T00:00:00Z", outage_key="XX/e", country="XX",
        named_us=0, first_onset_us=0,
        crossed_at_us=HOUR, detected_at_us=HOUR, affected=affected,
        reading="literal" if reading == "literal" else "cautious", literal_met=True,
        planned=False, policy_set="p",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("duration_us", "text"),
    [
        (0, "0 s"), (1, "0.000001 s"), (S, "1 s"), (S // 2, "0.5 s"), (59_999_999, "59.999999 s"),
        (60 * S, "1 min"), (90 * S, "1 min 30 s"), (HOUR, "1 h"), (HOUR + S, "1 h 1 s"),
        (8 * HOUR, "8 h"), (2 * HOUR - 1, "1 h 59 min 59.999999 s"), (100 * HOUR, "100 h"),
        (10 * S, "10 s"), (200 * MINUTE, "3 h 20 min"),
    ],
)  # fmt: skip
def test_spans(duration_us: int, text: str) -> None:
    """A duration is written as it is said, exactly: 59.999999 s is not 60 s."""
    assert span_text(duration_us) == text


@pytest.mark.parametrize(
    ("duration", "count", "cell", "text"),
    [
        (">=", ">=", Cell(HOUR, 25_000), "at least 25,000 for at least 1 h"),
        (">", ">", Cell(8 * HOUR, 50_000), "more than 50,000 for more than 8 h"),
        (">=", ">", Cell(None, 500_000), "more than 500,000 for any time"),
    ],
)
def test_thresholds(duration: Comparator, count: Comparator, cell: Cell, text: str) -> None:
    """Each comparator has its own words."""
    assert threshold_text(_table("a", duration=duration, count=count), cell) == text


def test_every_kind_of_effect_has_words() -> None:
    """No kind of effect that can be read is without a sentence, with its target in it."""
    for kind in KINDS:
        assert ("TARGET" in effect_text((kind, "TARGET"))) == (kind != "personal_data_breach")


def test_the_reason_of_a_count() -> None:
    """The deciding count comes first, with the largest service where there are several."""
    rule = _table("fixed_internet", "mobile_internet")
    counts = (("fixed_internet", 900, 0), ("mobile_internet", 200, 300))
    assert reason(_said(rule, rule.cells[0], counts)) == (
        "REG must be notified: 1,100 end-users so far (all services, 900 of them of fixed "
        "internet; 300 at that moment), at least 1,000 for at least 1 h; outage XX/e, since "
        "1970-01-01T00:00:00Z."
    )
    assert reason(_said(rule, rule.cells[0], counts, "literal")) == (
        "REG must be notified: 300 end-users at that moment (all services, 300 of them of mobile "
        "internet; 1,100 so far), at least 1,000 for at least 1 h; outage XX/e, since "
        "1970-01-01T00:00:00Z."
    )


def test_the_reason_of_one_service() -> None:
    """A rule of one service names it."""
    rule = _table("mobile_telephony")
    said = _said(rule, rule.cells[0], (("mobile_telephony", 1000, 1000),))
    assert "1,000 end-users so far (mobile telephony; 1,000 at that moment)" in reason(said)
    assert notification_fields(said)["service"] == "mobile_telephony"


def test_the_reason_of_an_effect() -> None:
    """An effect is told in words; its cell names kind and target."""
    rule = EffectRule(
        rule="xx.reg.e", policy="xx.reg", country="XX", authority="REG", addressees=(),
        valid_from_us=0, valid_to_us=None, kinds=("interconnection",),
    )  # fmt: skip
    said = _said(rule, ("interconnection", "IX"))
    assert reason(said) == (
        "REG must be notified: interconnection IX is affected; outage XX/e, since "
        "1970-01-01T00:00:00Z."
    )
    assert cell_fields(said.cell) == {"effect": "interconnection", "target": "IX"}
    assert notification_fields(said)["service"] is None


def test_input_that_was_not_complete() -> None:
    """A notification made while the input was stalled says so."""
    said = _said(_table("a"), Cell(HOUR, 1000), (("a", 1, 1),))
    assert notification_fields(said)["input_complete"] is True
    stalled = replace(said, input_complete=False)
    assert notification_fields(stalled)["input_complete"] is False


def test_printable() -> None:
    """Letters of any script stay; what controls a terminal or turns text around does not."""
    assert printable("Överlast Ελλάδα 日本 a b") == "Överlast Ελλάδα 日本 a b"
    assert printable("\x1b[31m\n\u202e\x00") == "\ufffd[31m\ufffd\ufffd\ufffd"
