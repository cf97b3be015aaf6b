"""A running worker says which policies end soon."""

from datetime import date

from core.world import START_US
from structlog.testing import capture_logs

from monitor.packs.loading import load_packs
from monitor.packs.model import Pack
from monitor.worker.policies import say


def ending(day: date) -> Pack:
    """Return a pack of which every rule ends on a day."""
    pack = load_packs()[0]
    rules = tuple(rule.model_copy(update={"valid_to": day}) for rule in pack.rules)
    return pack.model_copy(update={"rules": rules})


def test_a_policy_that_ends_soon_is_a_warning() -> None:
    """With the day, and what to do."""
    with capture_logs() as lines:
        say([ending(date(2026, 4, 14))], START_US)
    (line,) = lines
    assert line["log_level"] == "warning"
    assert "ends on 2026-04-14" in line["event"]


def test_a_policy_that_has_ended_is_an_error_and_so_is_its_country() -> None:
    """Nothing there would be notified any more."""
    with capture_logs() as lines:
        say([pack := ending(date(2026, 3, 1))], START_US)
    assert [line["log_level"] for line in lines] == ["error", "error"]
    assert lines[-1]["country"] == pack.country


def test_where_nothing_ends_nothing_is_said() -> None:
    """As with the packaged policies today."""
    with capture_logs() as lines:
        say(load_packs(), START_US)
    assert lines == []
