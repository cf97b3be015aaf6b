"""Which outage keeps which id when late events change the outages of a key."""

from core.world import KEY, LAW, clear, event, flag, moment, options, us
from monitor.core.domain import Domain
from monitor.core.event import Event
from monitor.core.naming import name_outages
from monitor.core.outage import Outage

_NOW = moment(100)


class _Named:
    """A domain whose outages are named after every step."""

    def __init__(self) -> None:
        self.domain = Domain(KEY, LAW, options(gap=3))

    def take(self, *events: Event) -> dict[int, int | None]:
        """Take events in one step; return the ids given up, and who absorbed each."""
        for one in events:
            assert self.domain.file(one)
            self.domain.place(one, _NOW)
        self.domain.resolve(_NOW)
        self.domain.resolve(_NOW)
        given_up = name_outages(self.domain)
        self.domain.live.found.clear()
        self.domain.shaken, self.domain.shaken_from_us = {}, None
        return {_minute(i): None if o is None else _minute(o.named_us) for i, o in given_up.items()}

    @property
    def names(self) -> list[tuple[int, int]]:
        """Return (first onset, id) of every outage, in minutes."""
        outages = self.domain.live.outages
        return [(_minute(o.first_onset_us), _minute(o.named_us)) for o in outages]


def _minute(time_us: int | None) -> int:
    assert time_us is not None
    return (time_us - us(0)) // (us(1) - us(0))


def _span(first: float, last: float, alarm_id: str) -> tuple[Event, Event]:
    return flag(first, alarm_id=alarm_id), clear(last, alarm_id)


def test_an_outage_is_named_by_its_first_onset() -> None:
    """In order, every outage gets the first onset known when it opened, and keeps it."""
    n = _Named()
    assert n.take(*_span(0, 1, "1"), *_span(5, 6, "2")) == {}
    assert n.take(*_span(10, 12, "1")) == {}
    assert n.names == [(0, 0), (5, 5), (10, 10)]


def test_an_earlier_onset_keeps_the_id() -> None:
    """The onset moves back, the id does not."""
    n = _Named()
    n.take(*_span(10, 12, "1"))
    assert n.take(*_span(8, 9, "2")) == {}
    assert n.names == [(8, 10)]


def test_the_earliest_absorbs_the_others() -> None:
    """Joined outages: the one that began first, as known before, keeps its id."""
    n = _Named()
    n.take(*_span(0, 1, "1"), *_span(6, 7, "2"), *_span(12, 13, "3"))
    assert n.take(*_span(3, 10, "4")) == {6: 0, 12: 0}
    assert n.names == [(0, 0)]


def test_the_earliest_onset_wins_not_the_earliest_id() -> None:
    """An outage whose onset had moved back before that of the other keeps its later id."""
    n = _Named()
    n.take(*_span(20, 21, "1"))
    n.take(*_span(6, 7, "2"))
    n.take(flag(4, alarm_id="3"), clear(5, "3"))
    assert n.names == [(4, 6), (20, 20)]
    assert n.take(*_span(8, 18, "4")) == {20: 6}
    assert n.names == [(4, 6)]


def test_a_piece_that_holds_the_instant_keeps_the_id() -> None:
    """Split by a late clear: the piece with the id's instant keeps it, the other gets its own."""
    n = _Named()
    n.take(flag(0), flag(10, alarm_id="2"), clear(11, "2"), clear(12))
    assert n.names == [(0, 0)]
    assert n.take(clear(2)) == {}
    assert n.names == [(0, 0), (10, 10)]


def test_the_later_piece_may_hold_the_instant() -> None:
    """The onset moved back before the id; split, the piece with the instant keeps the id."""
    n = _Named()
    n.take(*_span(10, 11, "1"))
    n.take(*_span(0, 8, "2"))
    assert n.names == [(0, 10)]
    assert n.take(clear(3, "2")) == {}
    assert n.names == [(0, 0), (10, 10)]


def test_an_id_no_piece_contains_is_given_up() -> None:
    """The change that began it turns out to follow a clear: nothing holds the instant any more."""
    n = _Named()
    n.take(event("change", 12, impact=(), effects=(("e", "1"),)))
    n.take(flag(10))
    assert n.names == [(10, 12)]
    assert n.take(clear(11)) == {12: None}
    assert n.names == [(10, 10)]


def test_the_ends_belong_to_an_outage() -> None:
    """An id whose instant is the very first or last of an outage lies in it."""
    n = _Named()
    n.take(*_span(10, 10, "1"))
    assert n.take(*_span(7, 7, "2")) == {}
    assert n.names == [(7, 10)]
    n.take(*_span(20, 20, "1"))
    assert n.take(*_span(20, 22, "2")) == {}
    assert n.names == [(7, 10), (20, 20)]


def test_what_a_late_event_cannot_reach_is_left_alone() -> None:
    """Outages that ended longer than the merge gap before a late event are not looked at."""
    n = _Named()
    n.take(*_span(0, 1, "1"), *_span(20, 21, "2"))
    first = n.domain.live.outages[0]
    n.domain.file(late := flag(19, alarm_id="3"))
    n.domain.place(late, _NOW)
    n.domain.resolve(_NOW)
    assert first not in n.domain.since_shaken()
    assert n.domain.shaken == {us(20): us(20)}


def test_an_outage_has_no_name_at_first() -> None:
    """Until it is named, an outage has no id."""
    assert Outage(0, LAW.in_force("XX", 0)).named_us is None
