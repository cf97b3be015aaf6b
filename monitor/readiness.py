"""Whether the program can do its work: named conditions, each with a reason while it is not met."""

from collections.abc import Mapping


class Readiness:
    """What must be there before work can be done, and what of it is still missing.

    Each part of the program names its conditions before it starts, and says when they are met; so
    a part that has not come that far yet counts as not ready.
    """

    def __init__(self) -> None:
        """Start without conditions: ready."""
        self._reasons: dict[str, str | None] = {}

    def waits(self, condition: str, reason: str) -> None:
        """Say that a condition is not met, or not any more, and why; one sentence for a human."""
        self._reasons[condition] = reason

    def met(self, condition: str) -> None:
        """Say that a condition is met."""
        self._reasons[condition] = None

    def dropped(self, condition: str) -> None:
        """Take a condition out: what it was about is no longer ours."""
        self._reasons.pop(condition, None)

    @property
    def ready(self) -> bool:
        """Whether every condition is met."""
        return not self.missing

    @property
    def missing(self) -> Mapping[str, str]:
        """The conditions that are not met, each with its reason."""
        return {name: reason for name, reason in self._reasons.items() if reason is not None}

    @property
    def conditions(self) -> Mapping[str, str | None]:
        """Every condition in the order named; the reason, or None where it is met."""
        return dict(self._reasons)
