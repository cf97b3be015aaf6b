"""A report for machines: every number with the alarms that it comes from, in any language."""

from collections.abc import Sequence
from typing import Any

from msgspec import json

from monitor.core.written import time_text
from monitor.explain.timeline import Series
from monitor.messages.notification import notification_fields
from monitor.messages.obligation import obligation_fields
from monitor.report.cells import Number, Open
from monitor.report.counts import Counted
from monitor.report.document import Asked
from monitor.report.draft import Draft, Held
from monitor.report.form import Filled
from monitor.report.notice import body, fields_of, subject
from monitor.report.sentences import reason
from monitor.report.sources import parts_in_force
from monitor.report.words import Words

Json = dict[str, Any]


def data(draft: Draft, chosen: Sequence[Asked], words: Words) -> bytes:
    """Return the report as one JSON object."""
    return json.format(json.encode(_report(draft, chosen, words)), indent=2) + b"\n"


def _report(draft: Draft, chosen: Sequence[Asked], words: Words) -> Json:
    outage, domain = draft.outage, draft.found.domain
    return {
        "draft": words.say("draft.banner"),
        "language": words.language,
        "known_at": time_text(draft.clock_us),
        "outage_id": draft.found.outage_id,
        "outage_key": draft.outage_key,
        "country": domain.country,
        "authority": draft.authority,
        "also_to_be_notified": list(draft.others),
        "first_onset": time_text(outage.first_onset_us),
        "ended_at": None if outage.end_us is None else time_text(outage.end_us),
        "duration_seconds": draft.duration_us / 1e6,
        "planned": draft.planned,
        "reading": domain.options.reading,
        "policy_set": draft.policy_set,
        "policies": [_version(draft, pack.policy) for pack in draft.packs],
        "notices": [_notice(draft, asked, words) for asked in chosen],
        "services": [
            {
                "service": count.service,
                "cautious": _counted(count.so_far),
                "literal_most": _counted(count.most),
                "literal_most_at": time_text(count.most_at_us),
                "literal_now": _counted(count.now),
            }
            for count in draft.services
        ],
        "areas": [
            {
                "service": area.service,
                "area": area.area,
                "cautious": _counted(area.so_far),
                "literal_now": area.now,
            }
            for area in draft.areas
        ],
        "effects": [_lane(draft, i) for i in range(len(draft.line.lanes))],
        "crossings": [_crossing(held, draft, words) for held in draft.crossings],
        "obligations": [obligation_fields(duty.obligation) for duty in draft.duties],
        "timeline": [_series(series) for series in draft.line.series],
        "alarms": {"count": len(draft.alarms), "elements": list(draft.elements)},
        "probable_causes": [{"cause": cause, "alarms": n} for cause, n in draft.causes],
    }


def _counted(counted: Counted) -> Json:
    return {
        "value": counted.value,
        "alarms": list(counted.alarms),
        "alarm_count": counted.alarm_count,
    }


def _version(draft: Draft, policy: str) -> Json:
    parts = [(pack, part) for pack, part in parts_in_force(draft) if pack.policy == policy]
    return {
        "policy": policy,
        "parts": [
            {
                "id": part.id,
                "valid_from": part.valid_from.isoformat(),
                "valid_to": None if part.valid_to is None else part.valid_to.isoformat(),
                "verified": part.verified,
                "source": {
                    "title": pack.sources[part.source].title,
                    "address": pack.sources[part.source].address,
                    "clause": part.clause,
                },
            }
            for pack, part in parts
        ],
    }


def _notice(draft: Draft, asked: Asked, words: Words) -> Json:
    step, addressees = asked
    return {
        "step": step.step,
        "title": words.pack(step.title),
        "addressees": list(addressees),
        "channels": [{"by": by, "to": to} for by, to in step.channels],
        "subject": subject(draft, step, words),
        "text": body(draft, step, addressees, words),
        "fields": [_field(field) for field in fields_of(draft, step.step, words)],
    }


def _field(field: Filled) -> Json:
    return {
        "id": field.id,
        "label": field.label,
        "known": field.known,
        "complete": field.complete,
        "content": [
            {
                "text": str(cell),
                "open": isinstance(cell, Open),
                **({"number": _counted(cell.counted)} if isinstance(cell, Number) else {}),
            }
            for cell in field.cells
        ],
    }


def _lane(draft: Draft, number: int) -> Json:
    lane = draft.line.lanes[number]
    kind, target = lane.effect
    return {
        "effect": kind,
        "target": target or None,
        "spans": [
            {"from": time_text(a), "to": None if b is None else time_text(b)} for a, b in lane.spans
        ],
        "alarms": _counted(draft.effects[lane.effect]),
    }


def _crossing(held: Held, draft: Draft, words: Words) -> Json:
    return {
        "number": held.number,
        "reason_in_language": reason(held, draft, words),
        "behind": {"cautious": _counted(held.cautious), "literal": _counted(held.literal)},
        **notification_fields(held.said),
    }


def _series(series: Series) -> Json:
    return {
        "rule": series.rule.rule,
        "services": list(series.rule.services),
        "episodes": [
            {
                "onset": time_text(episode.onset_us),
                "end": None if episode.end_us is None else time_text(episode.end_us),
                "points": [
                    {"at": time_text(p.time_us), "cautious": p.cautious, "literal": p.literal}
                    for p in episode.points
                ],
            }
            for episode in series.episodes
        ],
    }
