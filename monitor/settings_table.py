"""The settings as rows for people and programs: what is in force, and where it comes from."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from monitor.settings import Settings, allowed, given, is_secret, variable_of

HIDDEN: Final = "***"
_UNITS_US: Final = {
    "d": 86_400_000_000, "h": 3_600_000_000, "m": 60_000_000, "s": 1_000_000
}  # fmt: skip
_MARKDOWN_HEAD: Final = """# Settings

Environment variables, read once at start. `outage-monitor settings` shows what is in force and
where it comes from, `outage-monitor doctor` whether it works. A wrong value ends the start with
exit code 2 and a sentence; a variable that begins with `MONITOR_` and is not in this list is named
in a warning.

| name | default | may be | meaning |
|---|---|---|---|
"""
_MARKDOWN_FOOT: Final = """
An empty variable counts as not set. Choices may be written in any case.

This page is written by `outage-monitor settings --markdown > docs/settings.md`.
"""


class Row(NamedTuple):
    """One setting."""

    name: str
    #: None: not set, and has no default
    value: str | None
    default: str | None
    #: `environment` or `default`
    source: str
    allowed: str
    description: str


def rows(settings: Settings) -> Iterator[Row]:
    """Yield the settings in their order; the value of a secret is never among it."""
    for field, about in Settings.model_fields.items():
        yield Row(
            name=variable_of(field),
            value=_shown(field, getattr(settings, field)),
            default=_shown(field, about.default),
            source="default" if given(field) is None else "environment",
            allowed=allowed(field),
            description=about.description or "",
        )


def markdown() -> str:
    """Return the page about the settings; the environment has no part in it."""
    lines = []
    for field, about in Settings.model_fields.items():
        default = _shown(field, about.default)
        cells = (
            f"`{variable_of(field)}`",
            "" if default is None else f"`{default}`",
            allowed(field),
            about.description or "",
        )
        lines.append(f"| {' | '.join(cells)} |\n")
    return _MARKDOWN_HEAD + "".join(lines) + _MARKDOWN_FOOT


def _shown(field: str, value: Any) -> str | None:
    if value is None or value == ():
        return None
    if is_secret(field):
        return HIDDEN
    if field.endswith("_us"):
        return _duration(value)
    if isinstance(value, tuple):
        return (":" if isinstance(value[0], Path) else ",").join(map(str, value))
    return str(value)


def _duration(duration_us: int) -> str:
    """Write a duration as it may be given: in the largest unit that leaves no rest."""
    for unit, unit_us in _UNITS_US.items():
        if duration_us and duration_us % unit_us == 0:
            return f"{duration_us // unit_us}{unit}"
    whole_s, fraction_us = divmod(duration_us, _UNITS_US["s"])
    return f"PT{whole_s}.{fraction_us:06}".rstrip("0") + "S" if fraction_us else "0s"
