"""The explanation in words, as a duty officer reads it at night."""

from pathlib import Path

from replay.running import alarm, hit, run, written

from .cases import COMING, CROSSED, EFFECT, SHORT, SILENT, TOO_BRIEF, text

EIGHT, NINE = "2026-03-14T08:00:00Z", "2026-03-14T09:00:00Z"
ONE = ("--outage", "BE/e1")


def test_a_crossed_case(tmp_path: Path) -> None:
    """Who must be told stands on top; then the counts, both readings, and their areas."""
    assert text(tmp_path, CROSSED, *ONE).splitlines() == [
        "BE/e1, as known at 2026-03-14T09:30:00Z",
        "",
        "  Outage BE/e1@2026-03-14T08:00:00Z",
        "  Began 2026-03-14T08:00:00Z, still open.",
        "  NOTIFY BIPT: first crossed at 2026-03-14T09:00:00Z (be.bipt.users).",
        "",
        "  be.bipt.users (BIPT): CROSSED",
        "    Counted: fixed telephony, mobile telephony, fixed internet, mobile internet",
        f"    cautious (decides): 26,280 end-users hit so far, since {EIGHT} (1 h 30 min)",
        f"    literal: 20,000 end-users hit now, without a gap since {EIGHT} (1 h 30 min)",
        "    at least 25,000 for at least 1 h:",
        f"      cautious (decides): crossed at {NINE} by 26,280, 1,280 above the threshold",
        "      literal: not crossed; 5,000 end-users short",
        "        k1, fixed internet: 26,140 so far, 20,000 at that moment",
        "        k2, mobile internet: 140 so far, 0 at that moment",
        "",
        "  Not crossed, as nothing of theirs was hit:",
        "    be.bipt.emergency (BIPT): no alarm carried such an effect",
        "    be.bipt.interconnection (BIPT): no alarm carried such an effect",
        "    be.bipt.critical_component (BIPT): no alarm carried such an effect",
        "    be.dpa.breach (DPA): no alarm carried such an effect",
        "    be.nis.digital_infrastructure (CCB): no alarm carried such an effect",
        "",
    ]


def test_the_literal_reading_decides(tmp_path: Path) -> None:
    """With the literal reading the same alarms cross nothing; the cautious one is still shown."""
    said = text(tmp_path, CROSSED, *ONE, "--reading", "literal")
    assert "NOTHING TO NOTIFY so far." in said
    assert "      cautious: crossed at 2026-03-14T09:00:00Z by 26,280, 1,280 above" in said
    assert "      literal (decides): not crossed; 5,000 end-users short" in said
    assert "so far, 20,000" not in said


def test_a_case_that_is_short(tmp_path: Path) -> None:
    """A case that ended short says by how many, and that it is over."""
    said = text(tmp_path, SHORT)
    assert "  Began 2026-03-14T08:00:00Z, ended 2026-03-14T09:30:00Z.\n" in said
    assert "  THERE WAS NOTHING TO NOTIFY.\n" in said
    assert "  be.bipt.users (BIPT): not crossed\n" in said
    assert "24,900 end-users hit in all, from 2026-03-14T08:00:00Z for 1 h 30 min\n" in said
    assert "literal: nobody is hit any more, since 2026-03-14T09:30:00Z\n" in said
    assert "cautious (decides): not crossed; 100 end-users short\n" in said


def test_a_case_that_was_too_brief(tmp_path: Path) -> None:
    """Enough end-users for one second too few is said to be that."""
    said = text(tmp_path, TOO_BRIEF)
    assert "cautious (decides): not crossed; enough end-users, but not for long enough\n" in said
    assert "for 59 min 59 s\n" in said


def test_exactly_the_threshold(tmp_path: Path) -> None:
    """A threshold that is met exactly is said to be met exactly."""
    events = alarm("08:00:00", impact=hit(25_000)), alarm("09:00:00", "clear")
    assert (
        "    at least 25,000 for at least 1 h:\n"
        "      both readings: crossed at 2026-03-14T09:00:00Z by 25,000, exactly the threshold\n"
    ) in text(tmp_path, events)


def test_a_case_to_come(tmp_path: Path) -> None:
    """What will be crossed if nothing changes is said with its instant, the next one on top."""
    said = text(tmp_path, COMING, "--outage", "AT/e1")
    assert "  NOTHING TO NOTIFY so far.\n" in said
    assert (
        "  Next, if nothing changes: RTR at 2026-03-14T16:00:00Z (at.rtr.mobile_internet).\n"
    ) in said
    assert (
        "    more than 50,000 for more than 8 h:\n"
        "      both readings: not yet; will be crossed at 2026-03-14T16:00:00Z if nothing changes\n"
    ) in said
    assert "    more than 500,000 for any time: not crossed; 439,001 end-users short (both" in said
    assert "  at.rtr.fixed_internet (RTR): no end-user of fixed internet was hit\n" in said


def test_an_effect(tmp_path: Path) -> None:
    """An effect is said in words."""
    said = text(tmp_path, EFFECT)
    assert ("  NOTIFY BIPT: first crossed at 2026-03-14T08:00:00Z (be.bipt.emergency).\n") in said
    assert "    crossed at 2026-03-14T08:00:00Z: emergency number 112 cannot be reached\n" in said
    assert "    be.bipt.users (BIPT): no end-user of fixed telephony, " in said


def test_a_silent_case(tmp_path: Path) -> None:
    """An intrusion that hits no service makes no outage, and what to do about it is said."""
    said = text(tmp_path, SILENT, "--correlate", "incident")
    assert said.splitlines() == [
        "BE/intrusion, as known at 2026-03-14T08:00:00Z",
        "",
        "  NOTHING TO NOTIFY: there is no outage.",
        "  124 alarms were seen; 124 still active.",
        "  No service was hit: no alarm held an end-user, nor an effect that a rule may name,",
        "  such as an emergency number that cannot be reached.",
        "  If a critical component or a breach of personal data is behind this, somebody has to",
        "  declare it: mark the element in the inventory, or send the alarm with that effect.",
        "",
    ]


def test_a_lone_clear(tmp_path: Path) -> None:
    """A key that only had clears says that a raise may be missing."""
    said = text(tmp_path, (alarm("08:00:00", "clear"),))
    assert "  1 alarm was seen; 0 still active.\n" in said
    assert "Clears and changes that found no active alarm: 1. Is a raise missing?\n" in said


def test_a_country_without_policy(tmp_path: Path) -> None:
    """Where no policy was in force nothing is said to be fine."""
    said = text(tmp_path, (alarm("08:00:00", country="DE", impact=hit(10**9)),))
    assert "NO POLICY was in force for this country at its first onset" in said
    assert "NOTHING" not in said


def test_many_areas_are_added_up(tmp_path: Path) -> None:
    """The largest areas are shown, the rest in one line with their sums."""
    events = (
        *(alarm("08:00:00", alarm_id=f"{i}", impact=hit(3_000 + i, area=f"k{i:02d}"))
          for i in range(12)),
        alarm("09:00:00", alarm_id="11", action="clear"),
        alarm("09:10:00", alarm_id="10", action="clear"),
    )  # fmt: skip
    said = text(tmp_path, events)
    assert "        k11, mobile internet: 3,011 so far, 3,011 at that moment\n" in said
    assert "        k04, mobile internet" in said
    assert "        k03, mobile internet" not in said
    assert "        and 4 more: 12,006 so far, 12,006 at that moment\n" in said


def test_several_keys_and_outages_stand_apart(tmp_path: Path) -> None:
    """Keys come in order, outages in time, with an empty line between them."""
    events = (*SHORT, alarm("12:00:00", impact=hit(1)), alarm("12:00:00", element="e0"))
    blocks = text(tmp_path, events).split("\n\n")
    heads = [b.splitlines()[0] for b in blocks if b.startswith(("BE/", "  Outage"))]
    assert heads == [
        "BE/e0, as known at 2026-03-14T12:00:00Z",
        "BE/e1, as known at 2026-03-14T12:00:00Z",
        "  Outage BE/e1@2026-03-14T08:00:00Z",
        "  Outage BE/e1@2026-03-14T12:00:00Z",
    ]


def test_names_cannot_move_the_cursor(tmp_path: Path) -> None:
    """Control characters in names are printed as a replacement, and long names are not torn."""
    key = "x" * 120
    odd = alarm("08:00:00", element="\x1b[2Je\n1", impact=hit(26_000, area="\x1b[31m\r\u202e"))
    told = text(tmp_path, (odd, alarm("09:00:00", "clear", element="\x1b[2Je\n1")))
    assert "BE/\ufffd[2Je\ufffd1, as known" in told
    assert "\u202e" not in told
    file = written(tmp_path / "b.jsonl", alarm("08:00:00", element=key, impact=hit(1)))
    assert f"  Outage\n      BE/{key}@2026-03-14T08:00:00Z\n" in run("explain", file).stdout
