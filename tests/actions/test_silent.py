"""Which alarms are silent, and the command line that ends each."""

import shlex

from core.world import START_US
from decide.desk import Desk
from decide.packaged import event

from monitor.actions.silent import Silent, silent
from monitor.cli.alarms import command
from monitor.cli.clear import _alarm
from monitor.core.moment import at
from monitor.core.reading import Options
from monitor.packs.loading import load_law

DAY_US = 86_400_000_000


def found_after(days: float, before_days: float) -> list[Silent]:
    """Return the silent alarms of some events, so many days after the first."""
    desk = Desk(load_law(), Options(), every_s=0.0)
    users = ("fixed_internet", "B-1", 30_000)
    desk.take(event("raise", 0, 1, users), event("raise", 1, 3, users), event("raise", 2, 5))
    desk.take(event("change", 24, 3, users), event("raise", 25, 7, users), until=25 * 60)
    desk.take(event("clear", 26, 7), until=days * 24 * 60)
    (publisher,) = desk.book.publishers.values()
    return list(
        silent(
            publisher, at(START_US + round(days * DAY_US)), START_US + round(before_days * DAY_US)
        )
    )


def test_active_and_old() -> None:
    """By the last event; one that was cleared is not listed, one that hits nobody is in none."""
    found = {each.alarm_id: each for each in found_after(4, 3)}
    assert found.keys() == {"1", "3", "5"}
    assert found["1"].outage_id == "BE/agg-1@2026-03-14T08:00:00Z"
    assert (found["1"].end_users, found["1"].element) == (30_000, "el")
    assert found["3"].last_us - found["3"].since_us == 23 * 3_600_000_000
    assert found["5"].outage_id is None
    assert {each.alarm_id for each in found_after(4, 0.5)} == {"1", "5"}


def test_what_is_beyond_the_horizon_has_no_element() -> None:
    """Its events are folded for good; that it is active, since when and whom it hits is known."""
    found = {each.alarm_id: each for each in found_after(30, 20)}
    assert found["1"].element is None
    assert (found["1"].since_us, found["1"].end_users) == (START_US, 30_000)


def test_the_command_names_the_alarm_whatever_it_is_called() -> None:
    """What is pasted into a shell is read as the alarm it stands for."""
    for source, alarm_id in (("oss", "1"), ("a/b %2F", "x/y %41"), ("o'ss;$(x)", "\x1b\u202e é\n")):
        each = Silent(
            source=source, alarm_id=alarm_id, outage_key="BE/a b", outage_id="BE/a b@1",
            element=None, since_us=0, last_us=0, end_users=1, effects=(),
        )  # fmt: skip
        line = command(each)
        assert line is not None
        assert line.isprintable()
        words = shlex.split(line)
        assert words[:5] == ["outage-monitor", "clear", "BE/a b@1", "--alarm", words[4]]
        named = _alarm(words[4])
        assert (named.source, named.alarm_id) == (source, alarm_id)
