"""The alerts: each is tested at both sides of its edge, and leads to a section of the runbook."""

import re
from typing import Any

import pytest
import yaml

from .tools import DEPLOY, ROOT, checked, names_in, rules, series

ALERTS = rules("alerts.yml")
RECORDED = rules("rules.yml")
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text("utf-8")
LABELS = re.compile(r"\$labels\.(\w+)")


def named(rule: dict[str, Any]) -> str:
    """Name a case."""
    return str(rule.get("alert") or rule["record"])


def sections() -> dict[str, str]:
    """Return the sections of the runbook about alerts, by title."""
    parts = re.split(r"^## (.+)$", RUNBOOK, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_prometheus_takes_rules_and_configuration() -> None:
    """Its own tool finds no mistake in either."""
    said = checked("promtool", "check", "config", "prometheus.yml", cwd=DEPLOY / "prometheus")
    assert f"{len(ALERTS)} rules found" in said
    assert f"{len(RECORDED)} rules found" in said


def test_each_alert_fires_when_it_should() -> None:
    """The cases beside the rules, run by Prometheus' own tool."""
    checked("promtool", "test", "rules", "alerts_test.yml", cwd=DEPLOY / "prometheus")


def test_each_alert_has_cases() -> None:
    """At least one in which it fires; the last case has a monitor that is well."""
    text = (DEPLOY / "prometheus" / "alerts_test.yml").read_text("utf-8")
    fires = re.findall(r'ALERTS\{alertname=~?"([\w|]+)"', text)
    fires += re.findall(r"\{alertname=\"(\w+)\"", text)
    tested = {name for names in fires for name in names.split("|")}
    assert {named(alert) for alert in ALERTS} == tested
    (*_, well) = yaml.safe_load(text)["tests"]
    assert well["promql_expr_test"][0]["exp_samples"][0]["labels"] == '{alertname="Watchdog"}'


@pytest.mark.parametrize("rule", [*ALERTS, *RECORDED], ids=named)
def test_each_expression_names_metrics_that_exist(rule: dict[str, Any]) -> None:
    """Only those of the closed list, of Prometheus itself, and of the process."""
    assert names_in(str(rule["expr"])) <= series()


@pytest.mark.parametrize("alert", ALERTS, ids=named)
def test_each_alert_tells_what_to_do(alert: dict[str, Any]) -> None:
    """Severity, summary, description, and a link that ends in its section of the runbook."""
    assert alert["labels"]["severity"]
    assert alert["annotations"].keys() == {"summary", "description", "runbook_url"}
    link = alert["annotations"]["runbook_url"]
    assert link == "{{ $externalLabels.board }}/runbook#" + alert["alert"].lower()
    section = sections()[alert["alert"]]
    for word in ("**Means**", "**Look at**", "**Do**"):
        assert word in section


def test_the_runbook_has_the_alerts_in_their_order() -> None:
    """And no section about an alert that is not there."""
    assert list(sections()) == [alert["alert"] for alert in ALERTS]


def test_the_runbook_names_commands_that_exist() -> None:
    """At three in the morning a command must work as it is written there."""
    from monitor.__main__ import _COMMANDS  # noqa: PLC0415 - only here

    found = set(re.findall(r"`outage-monitor (\w+)", RUNBOOK))
    assert found
    assert found <= set(_COMMANDS)


def test_names_are_found_in_expressions() -> None:
    """What looks for names finds all of them, and nothing else."""
    text = """sum by (le, b) (rate(a_total{x="y_z", w=~"p|q"}[5m])) / on (c) group_left m_1:sum or
    vector(1) > 2 * delta(sum(d)[1h:1m]) unless absent(up{job="j"}) == 0"""
    assert names_in(text) - {"group_left"} == {"a_total", "m_1:sum", "d", "up"}
