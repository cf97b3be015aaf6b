"""The example of routes: who is told of what."""

import pytest
import yaml

from .tools import DEPLOY, checked, rules

CONFIG = DEPLOY / "alertmanager" / "alertmanager.yml"


def test_alertmanager_takes_it() -> None:
    """Its own tool finds no mistake."""
    assert "SUCCESS" in checked("amtool", "check-config", str(CONFIG))


@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        ("severity=emergency alertname=EmergencyServicesAffected country=BE", "emergency"),
        ("severity=emergency alertname=NotificationRequired outage_id=a", "emergency"),
        ("severity=critical alertname=NotificationRequired outage_id=a", "duty-officer"),
        ("severity=critical alertname=NotificationCorrected outage_id=a", "duty-officer"),
        ("severity=critical alertname=NotificationNotAcknowledged country=BE", "escalation"),
        ("severity=warning alertname=CrossingDue outage_id=a", "duty-officer"),
        ("severity=none alertname=Watchdog", "watchdog"),
        ("severity=critical alertname=WorkerDown", "duty-officer"),
        ("severity=warning alertname=InventoryStale", "operations"),
    ],
)
def test_who_is_told(labels: str, receiver: str) -> None:
    """Emergency first, whatever the alert; what must be notified goes to the duty officer."""
    said = checked("amtool", "config", "routes", "test", f"--config.file={CONFIG}", *labels.split())
    assert said.splitlines()[0] == receiver


def test_emergency_comes_first_and_at_once() -> None:
    """The first route, without waiting; and notifications are grouped by their outage."""
    route = yaml.safe_load(CONFIG.read_text("utf-8"))["route"]
    emergency, notified = route["routes"][:2]
    assert emergency["matchers"] == ['severity="emergency"']
    assert emergency["group_wait"] == notified["group_wait"] == "0s"
    assert "outage_id" in emergency["group_by"]
    assert notified["group_by"] == ["outage_id", "authority"]


def test_routes_name_alerts_that_exist() -> None:
    """An alert that is renamed must not fall through to the last receiver unseen."""
    names = {rule["alert"] for rule in rules("alerts.yml")}
    read = yaml.safe_load(CONFIG.read_text("utf-8"))
    matchers = [m for route in read["route"]["routes"] for m in route["matchers"]]
    for rule in read["inhibit_rules"]:
        matchers += rule["source_matchers"] + rule["target_matchers"]
    asked = [m.split("=", 1)[1].strip('~"') for m in matchers if m.startswith("alertname")]
    assert {name for names_ in asked for name in names_.split("|")} <= names
