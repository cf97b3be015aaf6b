"""The steps of packs: their examples hold, and notice what is wrong."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli.policies import app
from monitor.packs.loading import load_packs
from monitor.packs.model import Pack
from monitor.packs.step_examples import examples_count, run_step_examples
from monitor.packs.to_steps import steps_of

from .helpers import HERE, changed, pack_of

GOOD = HERE / "good" / "yy.yaml"
PACKS = [*load_packs(), pack_of(GOOD)]


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.policy)
def test_every_example_comes_out(pack: Pack) -> None:
    """What the packs say of their deadlines and calendars is what the core computes."""
    outcomes = list(run_step_examples(pack))
    assert [str(outcome) for outcome in outcomes if not outcome.passed] == []
    assert len(outcomes) == examples_count(pack) > 0


@pytest.mark.parametrize(
    "change",
    [
        ('due: "2026-03-18T23:00:00Z"', 'due: "2026-03-18T22:59:59Z"'),
        ("days: 2", "days: 3"), ("weekend: [friday, saturday]", "weekend: [wednesday]"),
        ("day: 03-17", "day: 03-20"), ("time_zone: Europe/Rome", "time_zone: Europe/Kyiv"),
        ("time: P1D", "time: PT23H"), ("{kind: without_delay}", "{kind: within, time: PT2H}"),
        ("workdays: [2026-03-15]", "workdays: [2026-03-14]"),
    ],
)  # fmt: skip
def test_examples_notice_a_wrong_deadline(tmp_path: Path, change: tuple[str, str]) -> None:
    """An edit of a deadline or a calendar makes an example fail, which says what was found."""
    outcomes = list(run_step_examples(pack_of(changed(tmp_path, change, file=GOOD))))
    failed = [outcome for outcome in outcomes if not outcome.passed]
    assert failed
    assert all("expected" in str(outcome) for outcome in failed)


def test_check_fails_with_a_step_example(tmp_path: Path) -> None:
    """`policies check` prints it and ends with 1."""
    changed(tmp_path, ("days: 2", "days: 3"), file=GOOD)
    result = CliRunner().invoke(app, ["check", str(tmp_path)])
    assert result.exit_code == 1
    assert "failed yy.reg.report, example 1: expected 2026-03-18T23:00:00Z" in result.stdout


def test_show_tells_what_is_to_be_done() -> None:
    """Each step with its deadline, its addressees by target, its channels and its designation."""
    result = CliRunner().invoke(app, ["show", "yy.reg", "--policy", str(GOOD.parent)])
    words = " ".join(result.stdout.split())
    for part in (
        "yy.reg.notice Notice when any rule is crossed due without delay; the limit of PT1H is",
        "for one holders sent by telephone: anybody",
        "yy.reg.emergency is crossed due within 2 workdays, counted from the day after (days)",
        "only for Somebody important",
        "was crossed, and the outage is restored due within PT24H of the restoration",
    ):
        assert part in words


def test_a_pack_needs_no_steps() -> None:
    """Packs of before, or of whoever tracks the duties elsewhere, stay good."""
    assert list(steps_of(pack_of(HERE / "good" / "xx.yaml"))) == []


def test_what_a_step_leaves_out() -> None:
    """All rules, an hour, and no designation."""
    pack = pack_of(GOOD)
    notice, follow_up = steps_of(pack)
    assert (notice.rules, notice.step) == (("yy.reg.emergency",), "yy.reg.notice")
    assert follow_up.step == "yy.reg.follow_up"
    assert [step.step for step in steps_of(pack, {"yy.reg.important"})][1] == "yy.reg.report"
