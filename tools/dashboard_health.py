"""The dashboard for whoever runs the monitor."""

from typing import Any, Final

from dashboard_panels import ANY_IS_RED, dashboard, lines, number, table

_LETTERS: Final = "sum by (topic, reason) (increase(outage_monitor_dead_letters_total[15m])) > 0"
_WRITES: Final = "outage_monitor_notification_write_seconds_bucket"


def health() -> dict[str, Any]:
    """Return what whoever runs the monitor looks at."""
    by_partition = "{{topic}}/{{partition}}"
    return dashboard(
        "outage-monitor-health",
        "Outage monitor: health of the monitor",
        [
            [
                number(
                    "Workers up",
                    'sum(up{job="outage-monitor-worker"}) or vector(0)',
                ),
                number(
                    "Not ready", "count(outage_monitor_ready == 0) or vector(0)", steps=ANY_IS_RED
                ),
                number(
                    "Partitions without a worker",
                    "max(outage_monitor_input_partitions) "
                    '- sum(outage_monitor_partitions{state="working"})',
                    steps=ANY_IS_RED,
                ),
                number(
                    "Keys left alone",
                    'sum(outage_monitor_outage_keys{state="faulty"})',
                    steps=ANY_IS_RED,
                ),
                number(
                    "Age of the inventory",
                    "min(outage_monitor_inventory_age_seconds)",
                    "dtdurations",
                    ((3 * 86400, "orange"),),
                ),
                number(
                    "First policy to end",
                    "min by (policy) (outage_monitor_policy_end_seconds)",
                    "dtdurations",
                    legend="{{policy}}",
                ),
            ],
            [
                lines(
                    "How old is now, by partition",
                    ("max by (partition) (outage_monitor_clock_lag_seconds)", "{{partition}}"),
                    unit="s",
                ),
                lines(
                    "Backlog of alarms, in time",
                    ("max by (topic, partition) (outage_monitor_ingest_lag_seconds)", by_partition),
                    unit="s",
                ),
            ],
            [
                lines(
                    "Backlog of alarms, in records",
                    ("max by (topic, partition) (outage_monitor_ingest_lag_records)", by_partition),
                ),
                lines(
                    "Backlog of inputs, in records",
                    ("max by (partition) (outage_monitor_input_lag_records)", "{{partition}}"),
                ),
            ],
            [
                lines(
                    "Alarms a second",
                    (
                        "sum by (topic, result) (rate(outage_monitor_alarms_total[1m]))",
                        "{{topic}} {{result}}",
                    ),
                    unit="cps",
                ),
                lines(
                    "Dead letters in 15 minutes",
                    (
                        _LETTERS,
                        "{{topic}} {{reason}}",
                    ),
                ),
            ],
            [
                lines(
                    "Repeats, late events, strays",
                    ("sum(rate(outage_monitor_repeated_events_total[5m]))", "repeats a second"),
                    ("sum(rate(outage_monitor_late_events_total[5m]))", "too late a second"),
                    ("sum(outage_monitor_stray_clears)", "clears that found nothing"),
                ),
                lines(
                    "From detection to durable (99 of 100)",
                    (
                        f"histogram_quantile(0.99, sum by (le) (rate({_WRITES}[1h])))",
                        "99 of 100",
                    ),
                    unit="s",
                ),
            ],
            [
                lines(
                    "Ledger",
                    (
                        "sum by (partition) (outage_monitor_ledger_records)",
                        "records of {{partition}}",
                    ),
                ),
                lines(
                    "Outage keys",
                    ("sum by (state) (outage_monitor_outage_keys)", "{{state}}"),
                ),
                lines(
                    "Reading a ledger back",
                    ("max by (partition) (outage_monitor_recovery_seconds)", "{{partition}}"),
                    unit="s",
                ),
            ],
            [
                lines(
                    "Memory",
                    ('process_resident_memory_bytes{job=~"outage-monitor-.*"}', "{{instance}}"),
                    unit="bytes",
                ),
                lines(
                    "Processors used",
                    (
                        'rate(process_cpu_seconds_total{job=~"outage-monitor-.*"}[1m])',
                        "{{instance}}",
                    ),
                ),
                lines(
                    "Loops: since the last round",
                    ("outage_monitor_idle_seconds", "{{instance}} {{part}}"),
                    unit="s",
                ),
            ],
            [
                lines("Viewers of the board", ("sum(outage_monitor_board_viewers)", "viewers")),
                lines(
                    "Board behind",
                    ("max(outage_monitor_board_counting_late_seconds)", "counting"),
                    ("max(outage_monitor_board_silent_seconds)", "Kafka silent"),
                    unit="s",
                ),
                table("What runs", "outage_monitor_build_info", "short", "runs"),
            ],
        ],
    )
