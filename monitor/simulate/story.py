"""A story: incidents written down by hand, in a data file beside this one."""

from importlib.resources import files
from typing import Any

import yaml

from monitor.durations import duration_us
from monitor.simulate.incident import Incident, Step


def read_story(name: str) -> list[Incident]:
    """Return the incidents of a story."""
    data = yaml.safe_load(files(__package__).joinpath(name).read_text("utf-8"))
    return [_incident(incident) for incident in data["incidents"]]


def _incident(data: dict[str, Any]) -> Incident:
    ends = data.get("ends")
    return Incident(
        element=data["element"],
        begins_us=_offset_us(data["begins"]),
        ends_us=None if ends is None else _offset_us(ends),
        share=data.get("share"),
        steps=tuple(Step(_offset_us(s["at"]), s["share"]) for s in data.get("steps", ())),
        effects=tuple((e["kind"], e["target"]) for e in data.get("effects", ())),
        incident=data.get("incident"),
        followers=data.get("followers", 0),
    )


def _offset_us(text: str) -> int:
    """Return a time before (`-40m`) or after (`+5m`) the start of the stream."""
    return duration_us(text[1:]) * (-1 if text.startswith("-") else 1)
