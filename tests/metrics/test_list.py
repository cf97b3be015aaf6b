"""The closed list: well-formed names, bounded labels, and a page that is up to date."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.__main__ import command_line
from monitor.metrics import METRICS, PREFIX, Metric, registry_of
from monitor.metrics_page import markdown

PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"
HINT = "write it anew: `outage-monitor metrics --markdown > docs/metrics.md`"
#: Labels whose values come from a closed list, the policies, Kafka's topics or the settings.
CLOSED = {
    "version", "policy_set", "reading", "role", "part", "policy", "authority", "topic", "partition",
    "result", "reason", "state", "country", "service", "kind", "rule", "type", "cell", "record",
    "step", "voluntary",
}  # fmt: skip


def ids(metric: Metric) -> str:
    """Name a case."""
    return metric.name


@pytest.mark.parametrize("metric", METRICS, ids=ids)
def test_each_metric_is_well_formed(metric: Metric) -> None:
    """Prefix, unit at the end as Prometheus wants it, a sentence, and labels with a bound."""
    assert metric.name.startswith(PREFIX)
    assert metric.name.endswith("_total") == (metric.kind == "counter")
    is_time = "seconds" in metric.unit
    assert metric.name.endswith("_seconds") == is_time
    assert metric.name.endswith("_timestamp_seconds") == ("since 1970" in metric.unit)
    assert metric.meaning.endswith(".")
    assert set(metric.labels) <= CLOSED | {"outage_id"}


def test_names_are_told_once() -> None:
    """No metric is in the list twice."""
    names = [metric.name for metric in METRICS]
    assert len(names) == len(set(names))


def test_only_what_is_bounded_names_an_outage() -> None:
    """The label that grows is on the metrics of the outages that matter most, and says so."""
    named = [metric for metric in METRICS if "outage_id" in metric.labels]
    assert named
    for metric in named:
        assert "that matter most" in metric.meaning or "the latest" in metric.meaning, metric.name


def test_the_board_names_nobody() -> None:
    """Its page of metrics asks nobody who they are, so no outage stands in it."""
    assert not [m for m in METRICS if m.part == "board" and "outage_id" in m.labels]


def test_a_process_exports_what_its_parts_count_and_itself() -> None:
    """A worker that only ingests has no notifications; each process tells its memory."""
    ingest = {family.name for family in registry_of(("worker", "ingest")).collect()}
    assert "outage_monitor_alarms" in ingest
    assert "outage_monitor_notifications" not in ingest
    assert "process_resident_memory_bytes" in ingest
    assert "outage_monitor_notifications" in {f.name for f in registry_of(("decide",)).collect()}


def test_the_page_is_up_to_date() -> None:
    """The documentation lists what the program exports."""
    assert PAGE.read_text("utf-8") == markdown(), HINT
    assert all(f"| `{metric.name}` | {metric.kind} |" in markdown() for metric in METRICS)


def test_the_command_shows_the_list() -> None:
    """As a page, as JSON for programs, and as a table for people."""
    run = CliRunner()
    assert run.invoke(command_line("metrics"), ["metrics", "--markdown"]).stdout == markdown()
    told = json.loads(run.invoke(command_line("metrics"), ["metrics", "--json"]).stdout)
    assert [row["name"] for row in told] == [metric.name for metric in METRICS]
    assert METRICS[0].name in run.invoke(command_line("metrics"), ["metrics"]).stdout
