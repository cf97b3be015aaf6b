"""From packs to the law of the core: rules with instants instead of days."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from monitor.core.law import AnyRule, Cell, EffectRule, TableRule
from monitor.packs.model import Pack
from monitor.packs.model import TableRule as PackTable

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: How it reads in other languages decides nothing, so it makes no other law.
_NOT_LAW = {"language", "translations"}


def midnight_us(day: date, time_zone: str) -> int:
    """Return the instant at which a day begins in a time zone."""
    begins = datetime.combine(day, time(), ZoneInfo(time_zone))
    return (begins - _EPOCH) // timedelta(microseconds=1)


def rules_of(pack: Pack) -> Iterator[AnyRule]:
    """Yield the rules of a pack in their order."""
    for rule in pack.rules:
        common: dict[str, Any] = {
            "rule": rule.id,
            "policy": pack.policy,
            "country": pack.country,
            "authority": pack.authority,
            "addressees": pack.addressees[rule.addressees],
            "valid_from_us": midnight_us(rule.valid_from, pack.time_zone),
            "valid_to_us": rule.valid_to and midnight_us(rule.valid_to, pack.time_zone),
        }
        if isinstance(rule, PackTable):
            yield TableRule(
                **common,
                services=rule.services,
                duration_comparator=rule.duration_comparator,
                count_comparator=rule.count_comparator,
                cells=tuple(Cell(cell.duration_us, cell.end_users) for cell in rule.cells),
            )
        else:
            yield EffectRule(**common, kinds=rule.kinds)


def policy_set(packs: Iterable[Pack], designations: Iterable[str] = ()) -> str:
    """Return the hash that names what these packs say, however it is written down.

    What an operator is designated as decides as well, so it is part of it.
    """
    content: list[Any] = sorted(
        (pack.model_dump(mode="json", by_alias=True, exclude=_NOT_LAW) for pack in packs),
        key=lambda p: p["policy"],
    )
    content += [{"designations": held}] if (held := sorted(designations)) else []
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
