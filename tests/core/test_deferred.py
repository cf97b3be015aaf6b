"""When late events may wait, and until which moment: each condition by itself."""

import pytest

from core.world import AT_LEAST, EFFECT, KEY, clear, event, flag, hit, moment, options, us, users
from monitor.core.deferred import NOW, Deferred
from monitor.core.event import Event
from monitor.core.fold import Fold
from monitor.core.law import Law
from monitor.core.reading import Reading

_LAW = Law((AT_LEAST, EFFECT), "hash")
_WINDOW_US = us(10) - us(0)


def _fold(*events: Event, gap: float = 20, reading: Reading = "cautious") -> Fold:
    """Return the fold over these events."""
    fold = Fold(KEY.partition("/")[0], _LAW, options(reading, gap=gap))
    for one in events:
        fold.apply(one)
    return fold


def _until(fold: Fold, *late: Event, later: tuple[Event, ...] = ()) -> int:
    """Return until when these late events may wait, before later ones of their alarm."""
    deferred = Deferred()
    for one in late:
        deferred.add(one, later)
    deferred.check(fold, _WINDOW_US)
    return deferred.until


def _open_outage() -> Fold:
    """One end-user hit since minute 0, another since minute 5: nothing is near a threshold."""
    return _fold(hit(0, 1), hit(5, 1, alarm_id="2", impact=(users(1, "l"),)))


def test_one_more_end_user_waits_for_the_window() -> None:
    """A late event that can cross nothing waits as long as no outage can split meanwhile."""
    assert _until(_open_outage(), hit(3, 1, alarm_id="3")) == moment(13)


def test_the_earliest_of_them_counts() -> None:
    """The window begins with the earliest event put off, in whatever order they come."""
    late = (hit(4, 0, alarm_id="3"), hit(2, 0, alarm_id="4"), hit(3, 0, alarm_id="5"))
    assert _until(_open_outage(), *late) == moment(12)


@pytest.mark.parametrize(("end_users", "until"), [(1, 13), (2, 5), (4, 2), (7, 0)])
def test_their_end_users_count_as_if_hit_from_the_onset(end_users: int, until: float) -> None:
    """The wait ends at the first deadline of a cell that they could fill, from the onset on."""
    late = hit(3, end_users, alarm_id="3", impact=(users(end_users, service="t"),))
    assert _until(_open_outage(), late) == moment(until)


def test_what_the_inventory_gives_counts_too() -> None:
    """A raise that gives no impact could take the element's."""
    late = event("raise", 3, alarm_id="3", element_impact=(users(600, service="t"),))
    assert _until(_open_outage(), late) == moment(0)


def test_a_clear_hits_nobody() -> None:
    """A clear can only wait longer than a raise, whatever its element serves."""
    late = clear(3, "3", element_impact=(users(600),))
    assert _until(_open_outage(), late) == moment(13)


def test_before_anybody_was_hit_they_are_the_onset() -> None:
    """Where a table counted nobody yet, its clock could start with the earliest of them."""
    fold = _fold(flag(0), flag(5, alarm_id="2"))
    assert _until(fold, hit(3, 4, alarm_id="3", impact=(users(4, service="t"),))) == moment(8)


@pytest.mark.parametrize(
    "late",
    [
        flag(3, alarm_id="3"),
        event("change", 3, element_effects=(("e", "2"),), alarm_id="3"),
        hit(-1, 1, alarm_id="3"),
    ],
)
def test_what_must_not_wait(late: Event) -> None:
    """Effects, given or the element's, and events before the outage."""
    assert _until(_open_outage(), late) == NOW


def test_before_the_instant_of_the_id_nothing_waits() -> None:
    """A late clear before the instant named in the id could take that instant away."""
    fold = _open_outage()
    fold.outages[-1].named_us = us(5)
    assert _until(fold, clear(4, "2")) == NOW
    assert _until(fold, clear(5, "2")) > NOW


def test_later_events_of_the_alarm_count_too() -> None:
    """A late raise can make a later change take effect that found nothing before."""
    late = hit(3, 1, alarm_id="3", impact=(users(1, service="t"),))
    change = event("change", 4, users(6, service="t"), alarm_id="3")
    assert _until(_open_outage(), late, later=(change,)) == moment(0)
    assert _until(_open_outage(), late, later=(flag(4, alarm_id="3"),)) == NOW


def test_after_a_crossing_nothing_waits() -> None:
    """What was crossed at or after the late event could move or fall."""
    fold = _fold(hit(0, 1), flag(3, alarm_id="2"), hit(5, 1, alarm_id="4"))
    assert _until(fold, hit(3, 1, alarm_id="3")) == NOW
    assert _until(fold, hit(3.1, 1, alarm_id="3")) > NOW


def test_in_no_outage_or_an_ended_one_nothing_waits() -> None:
    """Where the outage is not open, the late event may begin one, which must be named."""
    assert _until(_fold(), hit(3, 1, alarm_id="3")) == NOW
    assert _until(_fold(hit(0, 1), clear(5)), hit(3, 1, alarm_id="3")) == NOW


def test_an_episode_that_began_meanwhile_might_join_an_older_one() -> None:
    """An episode younger than the late event could become part of the one before it."""
    base = event("raise", 0, impact=(users(1, service="u"),), effects=(("e", "1"),), alarm_id="b")
    fold = _fold(base, hit(0, 1), clear(1), hit(9, 1, alarm_id="2"), gap=7)
    assert _until(fold, hit(8, 1, alarm_id="3")) == NOW
    assert _until(fold, hit(9, 1, alarm_id="3")) > NOW


def test_only_open_cells_of_the_deciding_reading_count() -> None:
    """A cell that is crossed in the deciding reading holds nothing up."""
    first = hit(0, 6, impact=(users(6, service="t"),))
    fold = _fold(first, clear(1), hit(3, 1, impact=(users(1, service="t"),)))
    fold.apply(hit(4, 1, alarm_id="9", impact=(users(1, service="t"),)))
    late = hit(3.5, 0, alarm_id="3")
    assert _until(fold, late) == moment(5), "6 for 2 min is crossed at 3, 4 for 5 min is open"
