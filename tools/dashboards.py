"""The dashboards of Grafana, written from one place: `python tools/dashboards.py`."""

import json
from pathlib import Path
from typing import Any, Final

from dashboard_health import health
from dashboard_panels import ANY_IS_RED, BOARD, OUTAGE, dashboard, lines, number, table

ROOT: Final = Path(__file__).resolve().parents[1]
DIRECTORY: Final = ROOT / "deploy" / "grafana" / "dashboards"
_EMERGENCY: Final = '{kind=~"emergency_number_unreachable|psap_unavailable|psap_not_as_planned"}'
_ONE: Final = '{outage_id="$outage_id"}'
_LATE: Final = 'outage_monitor_notification_lateness_seconds_bucket{type="required"}'
_USERS: Final = "sum by (country, service) (outage_monitor_affected_end_users"
_AHEAD: Final = (
    "min by (outage_id, country, authority) (outage_monitor_outage_next_crossing_seconds)"
)
_EFFECTS: Final = "sum by (country, kind) (outage_monitor_effect_outages)"
_NOTIFIED: Final = "sum by (authority, type) (increase(outage_monitor_notifications_total[1h]))"
_CHANGED: Final = (
    "sum by (authority, state) (increase(outage_monitor_obligation_changes_total[1h]))"
)


def overview() -> dict[str, Any]:
    """Return what the duty officer looks at."""
    crossed = "max by (outage_id, country, authority, rule, cell, type)"
    return dashboard(
        "outage-monitor-overview",
        "Outage monitor: overview",
        [
            [
                number("Open outages", "sum(outage_monitor_open_outages) or vector(0)"),
                number(
                    "Emergency calls affected",
                    f"sum(outage_monitor_effect_outages{_EMERGENCY}) or vector(0)",
                    steps=ANY_IS_RED,
                ),
                number(
                    "Not acknowledged",
                    "max(sum by (instance) (outage_monitor_unacknowledged_notifications))",
                    steps=ANY_IS_RED,
                ),
                number(
                    "Next crossing",
                    "min by (authority) (outage_monitor_next_crossing_seconds)",
                    "dtdurations",
                    legend="{{authority}}",
                ),
                number(
                    "Input stalled", "max(outage_monitor_input_stalled)", "bool", steps=ANY_IS_RED
                ),
                number(
                    "How old is now",
                    "max(outage_monitor_clock_lag_seconds)",
                    "s",
                    ((10, "orange"), (60, "red")),
                ),
            ],
            [
                table(
                    "Crossings: what must be notified, latest first",
                    f"{crossed} (outage_monitor_crossing_detected_timestamp_seconds) * 1000",
                    "dateTimeAsIso",
                    "detected",
                    link=True,
                ),
                table(
                    "Next crossings",
                    f"sort({_AHEAD})",
                    "dtdurations",
                    "in",
                    link=True,
                ),
            ],
            [
                table(
                    "Duties that are due next",
                    "sort(min by (authority, step) (outage_monitor_next_obligation_seconds))",
                    "dtdurations",
                    "in",
                ),
                lines(
                    "Duties that nobody has done",
                    (
                        "sum by (authority, state, voluntary) (outage_monitor_obligations)",
                        "{{authority}} {{state}} (voluntary: {{voluntary}})",
                    ),
                ),
                lines(
                    "Changes of duties, an hour",
                    (_CHANGED, "{{authority}} {{state}}"),
                ),
            ],
            [
                lines(
                    "Affected end-users, cautious reading",
                    (
                        _USERS + '{reading="cautious"})',
                        "{{country}} {{service}}",
                    ),
                ),
                lines(
                    "Affected end-users, literal reading",
                    (
                        _USERS + '{reading="literal"})',
                        "{{country}} {{service}}",
                    ),
                ),
            ],
            [
                lines(
                    "Open outages by country",
                    ("sum by (country) (outage_monitor_open_outages)", "{{country}}"),
                ),
                lines(
                    "Notifications, an hour",
                    (
                        _NOTIFIED,
                        "{{authority}} {{type}}",
                    ),
                ),
                lines(
                    "Outages with an effect",
                    (
                        "sum by (country, kind) (outage_monitor_effect_outages)",
                        "{{country}} {{kind}}",
                    ),
                ),
            ],
            [
                table(
                    "Alerts that fire",
                    'max by (alertname, severity, authority) (ALERTS{alertstate="firing"})',
                    "short",
                    "firing",
                ),
                lines(
                    "From crossing to detection (99 of 100, an hour)",
                    (
                        f"histogram_quantile(0.99, sum by (authority, le) (rate({_LATE}[1h])))",
                        "{{authority}}",
                    ),
                    unit="s",
                ),
            ],
        ],
    )


def one_outage() -> dict[str, Any]:
    """Return one outage; of those that have series of their own."""
    made = dashboard(
        "outage-monitor-outage",
        "Outage monitor: one outage",
        [
            [
                number(
                    "Next crossing",
                    f"min by (authority) (outage_monitor_outage_next_crossing_seconds{_ONE})",
                    "dtdurations",
                    legend="{{authority}}",
                ),
                number(
                    "End-users, cautious (largest service)",
                    'max(max by (service) (outage_monitor_outage_end_users{outage_id="$outage_id",'
                    'reading="cautious"}))',
                ),
                number(
                    "End-users, literal (largest service)",
                    'max(max by (service) (outage_monitor_outage_end_users{outage_id="$outage_id",'
                    'reading="literal"}))',
                ),
                number(
                    "Effects",
                    f"max by (kind) (outage_monitor_outage_effects{_ONE})",
                    steps=ANY_IS_RED,
                    legend="{{kind}}",
                ),
            ],
            [
                lines(
                    "End-users by service and reading",
                    (
                        f"max by (service, reading) (outage_monitor_outage_end_users{_ONE})",
                        "{{service}} {{reading}}",
                    ),
                ),
                lines(
                    "Time to the next crossing",
                    (
                        f"min by (authority) (outage_monitor_outage_next_crossing_seconds{_ONE})",
                        "{{authority}}",
                    ),
                    unit="dtdurations",
                    low=-1,
                ),
            ],
            [
                table(
                    "Crossings",
                    "max by (authority, rule, cell, type) "
                    f"(outage_monitor_crossing_detected_timestamp_seconds{_ONE}) * 1000",
                    "dateTimeAsIso",
                    "detected",
                ),
            ],
        ],
        OUTAGE,
        BOARD,
    )
    url = "${board}/outage?id=${outage_id:percentencode}"
    made["links"].append(
        {"title": "On the board", "type": "link", "url": url, "targetBlank": True, "icon": "doc"}
    )
    return made


def written() -> dict[Path, str]:
    """Return every file with what it must hold."""
    made = {"overview": overview(), "outage": one_outage(), "health": health()}
    return {
        DIRECTORY / f"{name}.json": json.dumps(one, indent=2) + "\n" for name, one in made.items()
    }


if __name__ == "__main__":
    for path, text in written().items():
        path.write_text(text, "utf-8")
