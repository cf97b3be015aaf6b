"""Which outage is meant, by its key or by an id it has or had."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from monitor.core.domain import Domain
from monitor.core.notification import outage_id
from monitor.core.outage import Outage
from monitor.report.course import Course

_SHOWN_MOST = 10


class NoOutageError(LookupError):
    """An outage that is not there; the text says which are."""


class Found(NamedTuple):
    """An outage, and the key it belongs to."""

    domain: Domain
    outage: Outage
    outage_id: str


def keys_of(asked: str) -> tuple[str, str]:
    """Return the outage keys that a key or an id can mean."""
    return (asked, asked.rpartition("@")[0])


def find(course: Course, asked: str) -> Found:
    """Return the outage that is meant; raises NoOutageError with the nearest ones."""
    key = next((key for key in keys_of(asked) if key in course.book.publishers), None)
    if key is None:
        near = get_close_matches(keys_of(asked)[1] or asked, course.seen, _SHOWN_MOST, 0.0)
        message = f"there is no outage {asked}; the input has: {_some(near) or 'no alarm'}"
        raise NoOutageError(message)
    domain = course.book.publishers[key].domain
    outages = domain.live.outages
    if not outages:
        message = (
            f"{key} has no outage: none of its {len(domain.live.alarms):,} alarms hit a service"
        )
        raise NoOutageError(message)
    ids = [outage_id(key, _named_us(outage)) for outage in outages]
    if asked == key:
        if len(outages) > 1:
            message = f"{key} has {len(outages)} outages; name one of: {_some(ids)}"
            raise NoOutageError(message)
        return Found(domain, outages[0], ids[0])
    meant = _followed(course, asked)
    for outage, known in zip(outages, ids, strict=True):
        if meant in {known, outage_id(key, outage.first_onset_us)}:
            return Found(domain, outage, known)
    message = f"{key} has no outage {asked}; it has: {_some(ids)}"
    raise NoOutageError(message)


def _named_us(outage: Outage) -> int:
    return outage.first_onset_us if outage.named_us is None else outage.named_us


def _followed(course: Course, asked: str) -> str:
    """Return the outage that absorbed the one that is asked for, if one did."""
    for said in course.said:
        if said.outage_id == asked and said.superseded_by is not None:
            asked = said.superseded_by
    return asked


def _some(names: Iterable[str]) -> str:
    found: Sequence[str] = list(names)
    more = f" and {len(found) - _SHOWN_MOST:,} more" if len(found) > _SHOWN_MOST else ""
    return ", ".join(found[:_SHOWN_MOST]) + more
