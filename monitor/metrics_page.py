"""The closed list of metrics as a page of the documentation."""

from collections.abc import Iterable
from typing import Final

from monitor.metrics import CROSSINGS, METRICS, PREFIX, WATCHED, Metric, Part

_HEAD: Final = f"""# Metrics

All metrics that workers and the board export at `/metrics`, in Prometheus' text format. There is no
other that begins with `{PREFIX}`; those that begin with `process_` and `python_` are
of the process itself. Alerts and dashboards that use them are in `deploy/`, what to do about an
alert is in [runbook.md](runbook.md).

Sums over workers are sums over `instance`: each partition of inputs, and with it each outage, is
with one worker only.

**Labels are bounded.** No text of an alarm is ever one. An alarm's `source` is free text from
outside, so alarms are counted by the topic and partition they came from. `outage_id` is the one
label that goes on growing, and at any time only the {WATCHED} outages of a worker that matter most
have series: those notified last, then those that cross next, then those with the most end-users;
and the {CROSSINGS} latest crossings. An id longer than 200 characters, or that cannot be printed,
is cut and ends in a digest. All other sums are over all outages.

**After a takeover** outage keys are brought back into memory one after the other, within seconds to
minutes; until `outage_monitor_outage_keys{{state="asleep"}}` is 0 the sums over outages are not
complete. What must be notified is not touched by that.
"""
_PARTS: Final[dict[Part, str]] = {
    "worker": "Every worker",
    "ingest": "Workers that read alarms (role `all` or `ingest`)",
    "decide": "Workers that decide (role `all` or `decide`)",
    "board": "The board",
}
_FOOT: Final = """
This page is written by `outage-monitor metrics --markdown > docs/metrics.md`.
"""


def markdown(metrics: Iterable[Metric] = tuple(METRICS)) -> str:
    """Return the page."""
    listed = list(metrics)
    sections = []
    for part, title in _PARTS.items():
        rows = "".join(_row(metric) for metric in listed if metric.part == part)
        head = "| metric | type | unit | labels | meaning |\n|---|---|---|---|---|\n"
        sections.append(f"\n## {title}\n\n{head}{rows}")
    return _HEAD + "".join(sections) + _FOOT


def _row(metric: Metric) -> str:
    labels = ", ".join(f"`{label}`" for label in metric.labels)
    cells = (f"`{metric.name}`", metric.kind, metric.unit, labels, metric.meaning)
    return f"| {' | '.join(cells)} |\n"
