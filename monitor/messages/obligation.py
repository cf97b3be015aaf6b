"""The obligation, as it is published on `obligation.status.v1`."""

from typing import Any

from msgspec.json import encode

from monitor.core.duty_state import Deed, Obligation
from monitor.core.written import time_text


def obligation_fields(o: Obligation) -> dict[str, Any]:
    """Return the message of one obligation, in the order in which its fields are written."""
    title, address, clause = o.source
    return {
        "obligation_id": o.obligation_id,
        "revision": o.revision,
        "state": o.state,
        "outage_id": o.outage_id,
        "outage_key": o.outage_key,
        "country": o.country,
        "authority": o.authority,
        "policy": o.policy,
        "step": o.step,
        "title": o.title,
        "addressees": list(o.addressees),
        "channels": [{"by": by, "to": to} for by, to in o.channels],
        "voluntary": o.voluntary,
        "source": {"title": title, "address": address, "clause": clause},
        **_called(o),
        **_deadline(o),
        **_done(o),
        "transitions": [
            {"state": t.state, "at": time_text(t.at_us), "because": t.because}
            for t in o.transitions
        ],
        "transitions_left_out": o.left_out,
        "superseded_by": o.superseded_by,
        "policy_set": o.policy_set,
    }


def _called(o: Obligation) -> dict[str, Any]:
    """Say what calls for it."""
    return {
        "after": o.after,
        "rules": list(o.rules),
        "crossing_id": o.crossing_id,
        "crossed_at": time_text(o.crossed_at_us),
        "restored_at": _time(o.restored_us),
        "provisional_until": _time(o.provisional_until_us),
    }


def _deadline(o: Obligation) -> dict[str, Any]:
    """Say until when, and how that was computed."""
    how = f"{o.due_how} Late when it came into being: {o.late}." if o.late else o.due_how
    return {
        "detected_at": time_text(o.since_us),
        "due_at": time_text(o.due_us),
        "due_how": how,
        "late_at_birth": bool(o.late),
    }


def _done(o: Obligation) -> dict[str, Any]:
    """Say what was done about it."""
    done = o.submitted
    return {
        "acknowledged": _deed(o.acknowledged),
        "submitted": _deed(done),
        "submitted_after_seconds": None if done is None else (done.at_us - o.since_us) / 1e6,
        "in_time": None if done is None else done.at_us <= o.due_us,
        "note": _deed(o.note),
        "actions": o.actions,
    }


def _deed(deed: Deed | None) -> dict[str, Any] | None:
    if deed is None:
        return None
    return {
        "action_id": deed.action_id,
        "at": time_text(deed.at_us),
        "recorded_at": time_text(deed.recorded_us),
        "by": deed.who,
        "reference": deed.reference,
        "text": deed.text,
        "carried_from": deed.carried_from,
    }


def _time(time_us: int | None) -> str | None:
    return None if time_us is None else time_text(time_us)


def obligation_value(o: Obligation) -> bytes:
    """Return the message as JSON."""
    return encode(obligation_fields(o))
