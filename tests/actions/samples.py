"""Actions as they stand on their topic."""

import json
from typing import Any

OUTAGE = "BE/agg-1@2026-03-14T08:00:00Z"
PLAIN: dict[str, Any] = {
    "action_id": "a-1",
    "kind": "submitted",
    "outage_id": OUTAGE,
    "obligation": "be.bipt.brief_notice",
    "crossing_id": None,
    "revision": None,
    "at": "2026-03-14T09:10:00Z",
    "done_at": "2026-03-14T09:05:00+01:00",
    "who": "Anna",
    "reference": "R-17",
    "note": "by telephone",
    "corrects": None,
    "alarms": None,
}
CLEAR = {
    **PLAIN,
    "kind": "clear",
    "obligation": None,
    "done_at": None,
    "reference": None,
    "note": "repaired on site",
    "alarms": [{"source": "oss", "alarm_id": "1"}],
}


def value(base: dict[str, Any] = PLAIN, **changes: Any) -> bytes:
    """Return the bytes of an action with some fields changed."""
    return json.dumps({**base, **changes}).encode()
