"""`outage-monitor settings`: what is in force, where it comes from, and no password."""

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor.__main__ import command_line
from monitor.settings import Settings
from monitor.settings_table import markdown, rows

PASSWORD = "hush-hush"  # noqa: S105 - a test's own
PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
HINT = "`outage-monitor settings --markdown > docs/settings.md`"


@pytest.fixture(autouse=True)
def _some_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("MONITOR_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("MONITOR_KAFKA_SECURITY_PROTOCOL", "sasl_plaintext")
    monkeypatch.setenv("MONITOR_KAFKA_SASL_USERNAME", "monitor")
    monkeypatch.setenv("MONITOR_KAFKA_SASL_PASSWORD", PASSWORD)
    monkeypatch.setenv("MONITOR_MERGE_GAP", "90m")
    monkeypatch.setenv("MONITOR_MERGEGAP", "1h")


def settings(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(command_line("settings"), ["settings", *arguments])


def test_the_table_shows_all_but_the_password() -> None:
    """Name, value, where it comes from; a stranger is told on standard error."""
    ended = settings()
    assert ended.exit_code == 0
    (gap,) = [line for line in ended.stdout.splitlines() if "MONITOR_MERGE_GAP " in line]
    assert gap.split()[:4] == ["MONITOR_MERGE_GAP", "90m", "environment", "1h"]
    (password,) = [line for line in ended.stdout.splitlines() if "SASL_PASSWORD" in line]
    assert password.split()[1] == "***"
    assert "MONITOR_MERGEGAP is no setting" in ended.stderr
    assert PASSWORD not in ended.output


def test_as_json() -> None:
    """A program finds the same, strangers included; what is not set is null."""
    told = json.loads(settings("--json").stdout)
    by_name = {row["name"]: row for row in told["settings"]}
    assert len(by_name) == len(Settings.model_fields)
    assert by_name["MONITOR_MERGE_GAP"]["source"] == "environment"
    assert by_name["MONITOR_TOPICS_FILE"]["value"] is None
    assert by_name["MONITOR_KAFKA_SASL_PASSWORD"]["value"] == "***"
    assert [sentence.split()[0] for sentence in told["unknown"]] == ["MONITOR_MERGEGAP"]
    assert PASSWORD not in json.dumps(told)


def test_mistakes_end_it_with_code_2(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is a line that begins with `error:`; there is no traceback."""
    monkeypatch.setenv("MONITOR_READING", "bold")
    monkeypatch.setenv("MONITOR_WEB_PORT", "x")
    ended = settings()
    assert ended.exit_code == 2
    assert [line.split(":")[1].strip() for line in ended.stderr.splitlines()[1:]] == [
        "MONITOR_READING",
        "MONITOR_WEB_PORT",
    ]
    assert ended.stdout == ""


def test_the_page_is_up_to_date() -> None:
    """The documentation says what the program says; the environment has no part in it."""
    assert PAGE.read_text("utf-8") == markdown(), f"write it anew: {HINT}"
    assert settings("--markdown").stdout == markdown()


@pytest.mark.parametrize(
    ("duration_us", "shown"),
    [
        (7 * 86_400_000_000, "7d"), (5_400_000_000, "90m"), (1_000_000, "1s"), (0, "0s"),
        (1_500_000, "PT1.5S"),
    ],
)  # fmt: skip
def test_durations_are_shown_as_they_may_be_given(duration_us: int, shown: str) -> None:
    """What is shown can be set."""
    row = next(r for r in rows(Settings(merge_gap_us=duration_us)) if "MERGE_GAP" in r.name)
    assert row.value == shown
    assert Settings.model_validate({"merge_gap_us": shown}).merge_gap_us == duration_us
