"""What a person is warned of on standard error."""

from pathlib import Path

from .running import alarm, hit, run, written


def _warnings(file: Path, *options: str) -> list[str]:
    result = run("replay", file, *options)
    assert result.exit_code == 0
    assert "warning" not in result.stdout
    return [s for s in result.stderr.splitlines() if s.startswith("warning: ")]


def test_a_jump_of_more_than_a_day(tmp_path: Path) -> None:
    """A time more than a day ahead of all before it is named with its line; a day is not more."""
    start = alarm("08:00:00")
    for days, count in (("15T08:00:00Z", 0), ("15T08:00:00.000001Z", 1)):
        file = written(tmp_path / "a.jsonl", start, b"oops", alarm(f"2026-03-{days}", "clear"))
        warnings = _warnings(file)
        assert len(warnings) == count
        for warning in warnings:
            assert warning == (
                f"warning: {file}:3: event_time 2026-03-15T08:00:00.000001Z is more than a day "
                "ahead of the newest before it (2026-03-14T08:00:00Z); the clock follows it"
            )


def test_jumps_are_counted_from_the_newest(tmp_path: Path) -> None:
    """A late event does not make the next one a jump; the first event never is one."""
    times = ("1999-01-01T00:00:00Z", "1999-01-01T12:00:00Z", "1998-01-01T00:00:00Z",
             "1999-01-02T00:00:00Z")  # fmt: skip
    events = [alarm(time, alarm_id=f"{i}") for i, time in enumerate(times)]
    file = written(tmp_path / "a.jsonl", *events)
    assert _warnings(file, "--lateness-horizon", "999d") == []


def test_many_jumps_are_not_all_shown(tmp_path: Path) -> None:
    """After five jumps the rest is only counted."""
    events = [alarm(f"2026-03-{2 * i:02d}T00:00:00Z", alarm_id=f"{i}") for i in range(1, 10)]
    warnings = _warnings(written(tmp_path / "a.jsonl", *events))
    assert len(warnings) == 6
    assert warnings[-1] == "warning: 3 more such jumps of more than a day were not shown"


def test_a_country_without_policy(tmp_path: Path) -> None:
    """Outages for which nothing could be decided are said loudly, by country, with the earliest."""
    file = written(
        tmp_path / "a.jsonl",
        alarm("08:00:00", country="DE", impact=hit(1)),
        alarm("07:59:59", country="DE", impact=hit(1), element="e2"),
        alarm("08:00:00", country="FR", alarm_id="f"),
    )
    (warning,) = _warnings(file)
    assert "no policy of DE was in force at the first onset of 2 outages" in warning
    assert "the earliest began 2026-03-14T07:59:59Z" in warning
    old = alarm("1990-01-01T00:00:00Z", impact=hit(1), element="e2")
    one = written(tmp_path / "b.jsonl", alarm("08:00:00", impact=hit(1)), old)
    warnings = _warnings(one, "--lateness-horizon", "99999d")
    assert "no policy of BE was in force at the first onset of 1 outage (" in warnings[-1]


def test_a_clear_under_another_key(tmp_path: Path) -> None:
    """A clear that finds nothing while its alarm is active under another key is named."""
    file = written(
        tmp_path / "a.jsonl",
        alarm("08:00:00", impact=hit(1)),
        alarm("09:00:00", "clear", element="e2"),
        alarm("09:00:00", "clear", element="e3", alarm_id="unheard"),
    )
    (warning,) = _warnings(file)
    assert warning == (
        "warning: alarm s/1: a clear or change under BE/e2 found nothing, "
        "while the alarm is active under BE/e1; it is at risk of staying open"
    )
    rows = " ".join(run("replay", file).stderr.split())
    assert "clears and changes that found no active alarm 2" in rows


def test_names_are_not_taken_for_markup(tmp_path: Path) -> None:
    """What stands in the data is printed as it stands, brackets and all."""
    name = tmp_path / "[bold]a[b].jsonl"
    file = written(
        name,
        alarm("08:00:00", source="[red]"),
        alarm("2026-03-20T08:00:00Z"),
        alarm("2026-03-20T08:00:00Z", "clear", source="[red]", element="[/x]"),
    )
    jump, misplaced = _warnings(file)
    assert "[bold]a[b].jsonl:2:" in jump
    assert "[red]/1" in misplaced
    assert "BE/[/x]" in misplaced


def test_repeats_are_counted(tmp_path: Path) -> None:
    """An exact repeat changes nothing and is counted."""
    event = alarm("08:00:00", impact=hit(25_000))
    again = alarm("2026-03-14T09:00:00+01:00", impact=hit(25_000), probable_cause="x")
    result = run("replay", written(tmp_path / "a.jsonl", event, again, event))
    assert "exact repeats 2" in " ".join(result.stderr.split())
