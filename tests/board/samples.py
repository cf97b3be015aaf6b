"""Records of the output topics, small ones and hostile ones; each fits its schema."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from msgspec.json import encode

Message = dict[str, Any]
HOSTILE = (
    "<img src=x onerror=\"document.title='pwned'\">",
    "</script><script>document.title='pwned'</script>",
    '=HYPERLINK("http://evil.example","x")',
    "__proto__",
    "javascript:alert(1)//\u202e'\"`${x}{{app.title}}",
)
AT_0800, AT_0900 = "2026-03-14T08:00:00Z", "2026-03-14T09:00:00Z"


def rule(**fields: Any) -> Message:
    """Return a rule of a status that is crossed next by time."""
    return {
        "rule": "be.bipt.users",
        "policy": "be.bipt",
        "authority": "BIPT",
        "addressees": ["BIPT"],
        "services": ["fixed_internet", "mobile_internet"],
        "comparators": {"duration": ">=", "end_users": ">="},
        "end_users": {"cautious": 30_000, "literal": 28_000},
        "onset": AT_0800,
        "current_onset": AT_0800,
        "next_by_time": {"duration": "PT1H", "end_users": 25_000, "at": AT_0900},
        "next_by_count": None,
        "crossed": [],
        **fields,
    }


def effect(target: str = "112", **fields: Any) -> Message:
    """Return an effect of a status: an emergency number."""
    return {
        "rule": "be.bipt.emergency",
        "policy": "be.bipt",
        "authority": "BIPT",
        "addressees": ["BIPT"],
        "kind": "emergency_number_unreachable",
        "target": target,
        "crossed_at": AT_0800,
        "active": True,
        **fields,
    }


def status(key: str = "BE/agg-1", **fields: Any) -> Message:
    """Return a status of an open outage."""
    return {
        "outage_id": f"{key}@{AT_0800}",
        "outage_key": key,
        "country": "BE",
        "state": "open",
        "superseded_by": None,
        "first_onset": AT_0800,
        "ended_at": None,
        "policy_in_force": True,
        "reading": "cautious",
        "planned": False,
        "alarms": 3,
        "severity": "critical",
        "affected": {"fixed_internet": {"cautious": 30_000, "literal": 28_000}},
        "next_crossing_at": AT_0900,
        "rules": [rule()],
        "effects": [],
        "largest_areas": {
            "fixed_internet": [{"area": "B-1", "cautious": 30_000, "literal": 28_000}]
        },
        "input_complete": True,
        "series": {
            "since": AT_0800,
            "after_seconds": [0, 60],
            "cautious": [30_000, 30_000],
            "literal": [30_000, 28_000],
        },
        "as_of": "2026-03-14T08:05:00Z",
        **fields,
    }


def notification(key: str = "BE/agg-1", **fields: Any) -> Message:
    """Return the first revision of a crossing."""
    named = f"{key} {fields.get('rule', '')} {fields.get('cell', '')}"
    return {
        "crossing_id": str(uuid5(NAMESPACE_URL, named)),
        "revision": 0,
        "type": "required",
        "initial": True,
        "authority": "BIPT",
        "policy": "be.bipt",
        "rule": "be.bipt.users",
        "cell": {"duration": "PT1H", "end_users": 25_000},
        "service": None,
        "outage_id": f"{key}@{AT_0800}",
        "outage_key": key,
        "country": "BE",
        "first_onset": AT_0800,
        "crossed_at": AT_0900,
        "detected_at": AT_0900,
        "affected": {"fixed_internet": {"cautious": 30_000, "literal": 28_000}},
        "reading": "cautious",
        "literal_met": True,
        "reason": f"BIPT must be notified: 30,000 end-users so far; outage {key}.",
        "planned": False,
        "input_complete": True,
        "policy_set": "abc",
        "obligations": [],
        **fields,
    }


def action(said: Message, who: str = "Anna", **fields: Any) -> Message:
    """Return the acknowledgement of a notification."""
    return {
        "action_id": str(uuid5(NAMESPACE_URL, f"{said['crossing_id']} {who}")),
        "kind": "acknowledged",
        "outage_id": said["outage_id"],
        "crossing_id": said["crossing_id"],
        "revision": said["revision"],
        "at": "2026-03-14T09:01:00Z",
        "who": who,
        "note": None,
        **fields,
    }


def obligation(key: str = "BE/agg-1", **fields: Any) -> Message:
    """Return a duty to notify."""
    return {
        "obligation_id": f"duty of {key}",
        "outage_id": f"{key}@{AT_0800}",
        "country": "BE",
        "authority": "BIPT",
        "step": "be.bipt.brief_notice",
        "title": "Brief notice",
        "addressees": ["BIPT"],
        "channels": [{"by": "telephone", "to": "the duty office"}],
        "voluntary": False,
        "state": "due",
        "due_at": AT_0900,
        "acknowledged": None,
        "submitted": None,
        "in_time": None,
        **fields,
    }


def hostile() -> tuple[list[Message], list[Message], list[Message]]:
    """Return statuses, notifications and actions in which every text wants to be something else."""
    statuses, notifications, actions = [], [], []
    for text in HOSTILE:
        key = f"BE/{text}"
        area = {"area": text, "cautious": 1, "literal": 1}
        statuses.append(
            status(
                key,
                rules=[rule(rule=text, authority=text, policy=text, addressees=[text])],
                effects=[effect(text, rule=text, authority=text)],
                largest_areas={"fixed_internet": [area]},
            )
        )
        said = notification(key, authority=text, rule=text, reason=text)
        notifications.append(said)
        actions.append(action(said, who=text, note=text))
    return statuses, notifications, actions


def written(message: Message) -> bytes:
    """Return the value of a record."""
    return encode(message)
