"""The options of a replay, each with the difference that it makes."""

from pathlib import Path

import pytest

from .running import alarm, by, crossed, hit, refused, run, said, written

ONE_HOUR = [("be.bipt.users", "09:00:00Z")]
RAISE = alarm("08:00:00", impact=hit(25_000))


def test_the_clock_stops_with_the_file(tmp_path: Path) -> None:
    """Without --until the clock stops at the latest time read."""
    for last, expected in (("08:59:59.999999", []), ("09:00:00", ONE_HOUR)):
        other = alarm(last, alarm_id="2", element="e2")
        assert crossed(written(tmp_path / "a.jsonl", RAISE, other)) == expected


@pytest.mark.parametrize("received", [(), ("--as-received",)])
def test_until_lets_the_clock_run_on(tmp_path: Path, received: tuple[str, ...]) -> None:
    """With --until the clock goes on to that time, in any offset."""
    file = written(tmp_path / "a.jsonl", RAISE)
    for until, expected in (
        ("2026-03-14T08:59:59.999999Z", []),
        ("2026-03-14T09:00:00Z", ONE_HOUR),
        ("2026-03-14T10:00:00+01:00", ONE_HOUR),
        ("2026-03-14 09:00:00z", ONE_HOUR),
    ):
        assert crossed(file, "--until", until, *received) == expected


def test_later_events_are_not_read(tmp_path: Path) -> None:
    """An event later than --until is not read; one at that time is."""
    clear = alarm("09:00:00", "clear")
    file = written(tmp_path / "a.jsonl", alarm("08:00:00", impact=hit(24_999)),
                   alarm("09:00:00", "change", impact=hit(25_000)), clear)  # fmt: skip
    assert crossed(file, "--until", "2026-03-14T08:59:59Z") == []
    assert crossed(file, "--until", "2026-03-14T09:00:00Z") == ONE_HOUR
    assert "later than --until 2" in " ".join(
        run("replay", file, "--until", "2026-03-14T08:59:59Z").stderr.split()
    )


def test_later_lines_are_no_rejects(tmp_path: Path) -> None:
    """What is not read cannot be bad: neither odd entries nor a missing key are reported."""
    file = written(
        tmp_path / "a.jsonl",
        RAISE,
        alarm("09:00:00", impact=[{"service": "iptv"}]),
        alarm("09:00:00", country=None),
    )
    assert run("replay", file, "--strict", "--until", "2026-03-14T08:59:59Z").exit_code == 0
    assert run("replay", file, "--strict", "--until", "2026-03-14T09:00:00Z").exit_code == 2


def test_a_late_event_before_until_is_read(tmp_path: Path) -> None:
    """A late event behind a later one is read, however the file goes on."""
    file = written(tmp_path / "a.jsonl", alarm("12:00:00", alarm_id="2", element="e2"), RAISE)
    assert crossed(file, "--until", "2026-03-14T09:00:00Z") == ONE_HOUR


def test_reading_literal(tmp_path: Path) -> None:
    """When the literal reading decides, repairs in steps count, and the events say who decided."""
    file = written(
        tmp_path / "a.jsonl",
        alarm("08:00:00", impact=hit(25_000)),
        alarm("08:30:00", "change", impact=hit(20_000)),
        alarm("09:30:00", "change", impact=hit(30_000)),
    )
    (cautious,) = said(file)
    (literal,) = said(file, "--reading", "literal")
    assert by([cautious, literal], "crossed_at", "reading", "literal_met") == [
        ("2026-03-14T09:00:00Z", "cautious", False),
        ("2026-03-14T09:30:00Z", "literal", True),
    ]
    assert cautious["affected"]["mobile_internet"] == {"cautious": 25_000, "literal": 20_000}
    assert literal["affected"]["mobile_internet"] == {"cautious": 30_000, "literal": 30_000}
    assert "30,000 end-users at that moment" in literal["reason"]


@pytest.mark.parametrize("spelling", ["30m", "1800s", "0h30m", "PT30M", "PT1800S"])
def test_merge_gap(tmp_path: Path, spelling: str) -> None:
    """A gap of exactly the merge gap still belongs; a second more begins anew."""
    for again, expected in (("08:40:00", ONE_HOUR), ("08:40:01", [])):
        file = written(
            tmp_path / "a.jsonl",
            RAISE,
            alarm("08:10:00", "clear"),
            alarm(again, impact=hit(1)),
            alarm("09:10:00", "clear"),
        )
        assert crossed(file, "--merge-gap", spelling) == expected
        assert crossed(file) == ONE_HOUR


def test_correlate_incident(tmp_path: Path) -> None:
    """Alarms of one incident add up across elements only if that is asked for."""
    file = written(
        tmp_path / "a.jsonl",
        *(alarm("08:00:00", element=f"e{i}", alarm_id=f"{i}", impact=hit(9_000, area=f"k{i}"),
                incident="INC/7") for i in range(3)),
        alarm("08:00:00", element="e9", alarm_id="9", impact=hit(100)),
    )  # fmt: skip
    until = ("--until", "2026-03-14T09:00:00Z")
    assert said(file, *until) == []
    assert said(file, *until, "--correlate", "group") == []
    assert by(said(file, *until, "--correlate", "incident"), "outage_key", "outage_id") == [
        ("BE/INC/7", "BE/INC/7@2026-03-14T08:00:00Z")
    ]


def test_inventory_gives_group_country_and_people(tmp_path: Path) -> None:
    """Alarms without country or impact take both from the inventory; its last record wins."""
    inventory = written(
        tmp_path / "i.jsonl",
        {"element": "e1", "country": "AT", "serves": hit(1)},
        {"element": "e2", "country": "BE", "group": "g", "serves": hit(12_500, area="k2"),
         "emergency_numbers": ["112"]},
        {"element": "e1", "country": "BE", "group": "g", "serves": hit(12_500, area="k1")},
    )  # fmt: skip
    file = written(
        tmp_path / "a.jsonl",
        alarm("08:00:00", country=None, severity="critical"),
        alarm("08:00:00", country=None, alarm_id="2", element="e2", severity="major"),
    )
    found = said(file, "--inventory", inventory, "--until", "2026-03-14T09:00:00Z")
    assert by(found, "outage_key", "rule") == [
        ("BE/g", "be.bipt.emergency"), ("BE/g", "be.bipt.users")
    ]  # fmt: skip


def test_lateness_horizon(tmp_path: Path) -> None:
    """An event behind the clock by more than the horizon is counted and left out."""
    file = written(
        tmp_path / "a.jsonl", alarm("12:00:00", alarm_id="2", element="e2"), RAISE,
        alarm("09:00:00", "clear"),
    )  # fmt: skip
    assert crossed(file, "--lateness-horizon", "4h") == ONE_HOUR
    late = run("replay", file, "--lateness-horizon", "3h59m59s")
    assert late.stdout == ""
    assert "too late (beyond the lateness horizon) 1" in " ".join(late.stderr.split())


def test_a_policy_directory(tmp_path: Path) -> None:
    """A directory of one's own packs is read beside the packaged ones."""
    good = Path(__file__).parent.parent / "packs" / "good"
    file = written(tmp_path / "a.jsonl", alarm("08:00:00", country="XX"))
    assert "no policy" not in run("replay", file, "--policy", good).stderr
    assert "none" in refused("replay", file, "--policy", tmp_path / "none")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--reading", "bold"], ["--merge-gap", "60"], ["--merge-gap", "-5m"], ["--until", "now"],
        ["--until", "2026-03-14"], ["--correlate", "x"], ["--lateness-horizon", ""],
        ["--merge-gap", "9" * 5000 + "s"], ["--no-such"], ["--inventory"],
    ],
)  # fmt: skip
def test_bad_usage_ends_with_2(tmp_path: Path, arguments: list[str]) -> None:
    """What an option cannot mean is told as bad usage, and nothing is written."""
    result = run("replay", written(tmp_path / "a.jsonl", RAISE), *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert arguments[0] in result.stderr


def test_no_file_is_bad_usage() -> None:
    """A replay needs a file, or - for standard input."""
    assert run("replay").exit_code == 2
