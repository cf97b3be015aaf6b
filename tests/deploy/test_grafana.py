"""The dashboards: written from one place, fixed names, and queries that Prometheus understands."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from dashboards import DIRECTORY, written

from .tools import DEPLOY, checked, names_in, series

UIDS = {
    "overview": "outage-monitor-overview",
    "outage": "outage-monitor-outage",
    "health": "outage-monitor-health",
}
DASHBOARDS = {name: json.loads((DIRECTORY / f"{name}.json").read_text("utf-8")) for name in UIDS}


def expressions(dashboard: dict[str, Any]) -> Iterator[str]:
    """Yield every query of a dashboard."""
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            yield target["expr"]


def test_the_files_are_up_to_date() -> None:
    """They are written by tools/dashboards.py, and nothing else is beside them."""
    files = {path: path.read_text("utf-8") for path in DIRECTORY.iterdir()}
    assert files == written(), "write them anew: .venv/bin/python tools/dashboards.py"


@pytest.mark.parametrize("name", UIDS)
def test_a_dashboard_keeps_its_address(name: str) -> None:
    """Its uid is fixed, its data source a choice, and it cannot be changed by accident."""
    dashboard = DASHBOARDS[name]
    assert dashboard["uid"] == UIDS[name]
    assert dashboard["editable"] is False
    first = dashboard["templating"]["list"][0]
    assert (first["type"], first["name"], first["query"]) == (
        "datasource",
        "datasource",
        "prometheus",
    )
    for panel in dashboard["panels"]:
        assert panel["datasource"]["uid"] == "${datasource}"
        assert all(target["datasource"]["uid"] == "${datasource}" for target in panel["targets"])


@pytest.mark.parametrize("name", UIDS)
def test_panels_do_not_overlap(name: str) -> None:
    """Each has a place of its own within the width of the page, a number and a title."""
    taken: set[tuple[int, int]] = set()
    panels = DASHBOARDS[name]["panels"]
    for panel in panels:
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert len({panel["title"] for panel in panels}) == len(panels)


@pytest.mark.parametrize("name", UIDS)
def test_queries_name_metrics_that_exist(name: str) -> None:
    """Only those of the closed list, of Prometheus itself, and of the process."""
    for expression in expressions(DASHBOARDS[name]):
        assert names_in(expression) <= series(), expression


def test_prometheus_understands_every_query(tmp_path: Path) -> None:
    """Its own tool reads each as the expression of a rule, with a value for each variable."""
    queries = sorted({e for d in DASHBOARDS.values() for e in expressions(d)})
    made = [
        {"record": f"query:{number}", "expr": query.replace("$outage_id", "BE/a@T")}
        for number, query in enumerate(queries)
    ]
    file = tmp_path / "queries.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": made}]}), "utf-8")
    assert f"{len(queries)} rules found" in checked("promtool", "check", "rules", str(file))


def test_every_metric_for_people_is_shown_somewhere() -> None:
    """A metric that no alert and no dashboard uses would be for nobody; but for those of one."""
    shown = {n for d in DASHBOARDS.values() for e in expressions(d) for n in names_in(e)}
    text = (DEPLOY / "prometheus" / "alerts.yml").read_text("utf-8")
    unseen = {name for name in series() if name not in shown and name not in text}
    assert {n for n in unseen if not n.endswith(("_bucket", "_sum", "_count"))} == {
        "outage_monitor_inventory_unreadable_records",
        "outage_monitor_board_open_outages",
        "outage_monitor_board_unreadable_records_total",
        "outage_monitor_unwatched_outages",
    }


def test_grafana_finds_them() -> None:
    """The provider looks where compose mounts them; the data source is that of compose."""
    directory = DEPLOY / "grafana" / "provisioning"
    provider = yaml.safe_load((directory / "dashboards" / "outage-monitor.yaml").read_text("utf-8"))
    source = yaml.safe_load((directory / "datasources" / "prometheus.yaml").read_text("utf-8"))
    grafana = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]["grafana"]
    path = provider["providers"][0]["options"]["path"]
    assert f"./grafana/dashboards:{path}:ro" in grafana["volumes"]
    home = grafana["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert home == f"{path}/overview.json"
    assert source["datasources"][0]["url"] == "http://prometheus:9090"
