"""Settings come from the environment alone, and wrong ones are refused by name."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from monitor.settings import Settings


def test_defaults_are_those_of_the_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without variables everything has its documented value; an empty one counts as none."""
    monkeypatch.setenv("MONITOR_READING", "")
    settings = Settings()
    assert settings.broker == "127.0.0.1:9092"
    assert settings.reading == "cautious"
    assert settings.merge_gap_us == 3_600_000_000
    assert settings.input_stall_us == 30_000_000
    assert settings.max_clock_skew_us == 300_000_000


def test_variables_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Durations and lists are written as people write them."""
    monkeypatch.setenv("MONITOR_MERGE_GAP", "1h30m")
    monkeypatch.setenv("MONITOR_POLICY_DIRS", "/a:/b")
    settings = Settings()
    assert settings.merge_gap_us == 5_400_000_000
    assert settings.policy_dirs == (Path("/a"), Path("/b"))


@pytest.mark.parametrize(
    ("name", "value"),
    [("MONITOR_MERGE_GAP", "soon"), ("MONITOR_READING", "bold"), ("MONITOR_APP_ID", "a b")],
)
def test_mistakes_name_the_setting(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A wrong value ends the start, and the message says which."""
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=f"(?i){name.removeprefix('MONITOR_')}"):
        Settings()
