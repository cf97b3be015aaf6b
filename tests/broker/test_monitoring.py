"""Worker, board, Prometheus and Alertmanager together, each as deploy/ starts it."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

from dashboards import written
from deploy.tools import rules

from monitor.metrics import METRICS

from .running import OpenBroker, ago
from .stack import Stack, composed
from .test_live import alarm
from .test_worker import Site, site

#: Absent while all is well, or nothing waits.
RARE = {
    "outage_monitor_policy_end_seconds",
    "outage_monitor_outages_without_policy",
    "outage_monitor_board_counting_late_seconds",
    "outage_monitor_board_unreadable_records_total",
}
EMERGENCY = {"kind": "emergency_number_unreachable", "target": "112"}


def test_what_is_measured_reaches_the_duty_officer(open_apache: OpenBroker, tmp_path: Path) -> None:
    """An alarm; its crossing is an alert at the right receiver, and every series listed is there.

    All rules and all queries of the dashboards are evaluated by Prometheus without a mistake.
    """

    async def run() -> None:
        async with site(open_apache, tmp_path) as at, composed(tmp_path, _settings(at)) as stack:
            await stack.until("up == 1", 2)
            await at.product.send(alarm("1", ago(minutes=1), effects=[EMERGENCY]))
            await at.product.send(b"no json")
            await stack.until('ALERTS{alertname="NotificationRequired", alertstate="firing"}')
            await stack.until("outage_monitor_unacknowledged_notifications > 0")
            await _all_listed(stack)
            await _rules_are_evaluated(stack)
            await _dashboards_are_answered(stack)
            await _the_duty_officer_is_told(stack)

    asyncio.run(run())


def _settings(at: Site) -> dict[str, str]:
    """Return what differs from compose: where Kafka is, whose topics, and secrets."""
    ours = {name: at.environment[name] for name in at.environment if name != "MONITOR_WEB_PORT"}
    loopback = {"MONITOR_WEB_BIND": "127.0.0.1", "MONITOR_BOARD_BIND": "127.0.0.1"}
    return ours | loopback | {"MONITOR_BOARD_TOKEN": "0123456789abcdef"}


async def _all_listed(stack: Stack) -> None:
    """Prometheus has each metric of the list, and none that begins like ours and is not in it."""
    found = await stack.query('count by (__name__) ({__name__=~"outage_monitor_.*"})')
    names = {series["metric"]["__name__"] for series in found}
    for metric in METRICS:
        name = metric.name + ("_bucket" if metric.kind == "histogram" else "")
        assert name in names or metric.name in RARE, name
    listed = {m.name + end for m in METRICS for end in ("", "_bucket", "_sum", "_count")}
    assert names <= listed


async def _rules_are_evaluated(stack: Stack) -> None:
    groups = (await stack.ask("rules"))["groups"]
    told = [rule for group in groups for rule in group["rules"]]
    assert len(told) == len(rules("alerts.yml")) + len(rules("rules.yml"))
    assert [rule["name"] for rule in told if rule["health"] != "ok"] == []
    firing = {rule["name"] for rule in told if rule.get("state") == "firing"}
    assert firing == {"NotificationRequired", "EmergencyServicesAffected", "Watchdog"}


async def _dashboards_are_answered(stack: Stack) -> None:
    """Each query is understood; those of the outage find something."""
    (one,) = await stack.query('outage_monitor_crossing_detected_timestamp_seconds{country="BE"}')
    outage_id = one["metric"]["outage_id"]
    for text in written().values():
        for panel in json.loads(text)["panels"]:
            for target in panel["targets"]:
                await stack.query(target["expr"].replace("$outage_id", outage_id))
    assert await stack.query(f'outage_monitor_outage_effects{{outage_id="{outage_id}"}} == 1')


async def _the_duty_officer_is_told(stack: Stack) -> None:
    """Alertmanager has the alert, as an emergency, in the group of its outage."""
    deadline_s = time.monotonic() + 30
    while time.monotonic() < deadline_s:
        async with stack.web.get(f"{stack.alertmanager}/api/v2/alerts/groups") as answer:
            groups: list[dict[str, Any]] = await answer.json()
        told = [group for group in groups if "outage_id" in group["labels"]]
        if told:
            assert {group["receiver"]["name"] for group in told} == {"emergency"}
            return
        await asyncio.sleep(0.3)
    raise AssertionError(groups)
