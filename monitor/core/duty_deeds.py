"""From the actions of people to what holds of them.

Nothing is deleted: an action that corrects another takes its place, and takes over what it leaves
out. A note that corrects a submission takes it back.
"""

from collections.abc import Iterable

from monitor.core.duty_state import Action, Deed


def deeds_of(actions: Iterable[Action]) -> list[Deed]:
    """Return what holds of the actions on one obligation, in the order in which they came."""
    deeds: dict[str, Deed] = {}
    for action in actions:
        known = deeds.pop(action.corrects, None) if action.corrects is not None else None
        deeds[action.action_id] = _deed(action, known)
    return list(deeds.values())


def _deed(action: Action, known: Deed | None) -> Deed:
    at_us, reference, text = action.done_us, action.reference, action.text
    if known is not None:
        at_us = known.at_us if at_us is None else at_us
        reference = known.reference if reference is None else reference
        text = known.text if text is None else text
    return Deed(
        action_id=action.action_id,
        # That somebody cleared alarms is worth a note to whoever has to report the outage.
        kind="note" if action.kind == "clear" else action.kind,
        at_us=action.recorded_us if at_us is None else at_us,
        recorded_us=action.recorded_us,
        who=action.who,
        reference=reference,
        text=text,
    )
