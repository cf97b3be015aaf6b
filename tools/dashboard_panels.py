"""Panels and dashboards of Grafana, as its JSON has them."""

from typing import Any, Final

_SOURCE: Final = {"type": "prometheus", "uid": "${datasource}"}
_WIDTH: Final = 24
_HEIGHT: Final = 8
_SMALL: Final = 4
Panel = dict[str, Any]
#: where a value turns from green to another colour
Steps = tuple[tuple[float, str], ...]
ANY_IS_RED: Final[Steps] = ((1, "red"),)


def panel(kind: str, title: str, *queries: tuple[str, str], unit: str = "short") -> Panel:
    """Return a panel; a query is an expression and the legend of its series."""
    return {
        "type": kind,
        "title": title,
        "datasource": _SOURCE,
        "targets": [
            {
                "refId": chr(ord("A") + number),
                "datasource": _SOURCE,
                "expr": expr,
                "legendFormat": legend,
                "range": kind == "timeseries",
                "instant": kind != "timeseries",
                **({"format": "table"} if kind == "table" else {}),
            }
            for number, (expr, legend) in enumerate(queries)
        ],
        "fieldConfig": {"defaults": {"unit": unit, "noValue": "none"}, "overrides": []},
        "options": {},
    }


def lines(title: str, *queries: tuple[str, str], unit: str = "short", low: float = 0) -> Panel:
    """Return a chart over time; its scale begins at `low` or lower."""
    made = panel("timeseries", title, *queries, unit=unit)
    made["fieldConfig"]["defaults"] |= {
        "min" if low == 0 else "softMin": low,
        "custom": {"lineWidth": 2, "fillOpacity": 8, "showPoints": "never"},
    }
    made["options"] = {
        "legend": {"displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull"]},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    return made


def number(
    title: str, expr: str, unit: str = "short", steps: Steps = (), legend: str = ""
) -> Panel:
    """Return one number, or a few; from each step on it has another colour."""
    made = panel("stat", title, (expr, legend), unit=unit)
    colours = [{"color": "green", "value": None}]
    colours += [{"color": colour, "value": value} for value, colour in steps]  # type: ignore[dict-item]  # the first step has no value
    made["fieldConfig"]["defaults"]["thresholds"] = {"mode": "absolute", "steps": colours}
    made["options"] = {
        "colorMode": "background",
        "graphMode": "none",
        "textMode": "value_and_name" if legend else "value",
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
    }
    return made


def table(title: str, expr: str, unit: str, shown: str, *, link: bool = False) -> Panel:
    """Return a table of labels, and the value in a last column of its own name."""
    made = panel("table", title, (expr, ""), unit="string")
    made["transformations"] = [
        {
            "id": "organize",
            "options": {
                "excludeByName": {"Time": True, "__name__": True, "job": True, "instance": True},
                "renameByName": {"Value": shown},
            },
        }
    ]
    overrides = [_override(shown, {"id": "unit", "value": unit})]
    if link:
        url = "/d/outage-monitor-outage?var-outage_id=${__value.raw}&${datasource:queryparam}"
        to_one = [{"title": "This outage", "url": url}]
        overrides.append(_override("outage_id", {"id": "links", "value": to_one}))
    made["fieldConfig"]["overrides"] = overrides
    made["options"] = {"showHeader": True, "sortBy": [{"displayName": shown, "desc": True}]}
    return made


def _override(name: str, what: dict[str, Any]) -> dict[str, Any]:
    return {"matcher": {"id": "byName", "options": name}, "properties": [what]}


def dashboard(
    uid: str, title: str, rows: list[list[Panel]], *variables: dict[str, Any]
) -> dict[str, Any]:
    """Return a dashboard of rows, each as wide as the page."""
    panels: list[Panel] = []
    top = 0
    for row in rows:
        height = _SMALL if row[0]["type"] == "stat" else _HEIGHT
        width = _WIDTH // len(row)
        for place, made in enumerate(row):
            at = {"x": place * width, "y": top, "w": width, "h": height}
            panels.append({"id": len(panels) + 1, "gridPos": at, **made})
        top += height
    links = {"type": "dashboards", "tags": ["outage-monitor"], "asDropdown": False}
    return {
        "uid": uid,
        "title": title,
        "tags": ["outage-monitor"],
        "schemaVersion": 39,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "refresh": "10s",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "browser",
        "links": [{"title": "Dashboards", "keepTime": True, "includeVars": True, **links}],
        "templating": {"list": [DATASOURCE, *variables]},
        "annotations": {"list": []},
        "panels": panels,
    }


DATASOURCE: Final[dict[str, Any]] = {
    "name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus",
    "current": {}, "hide": 0, "includeAll": False, "multi": False, "regex": "", "refresh": 1,
}  # fmt: skip
OUTAGE: Final[dict[str, Any]] = {
    "name": "outage_id", "label": "Outage", "type": "query", "datasource": _SOURCE,
    "query": {"query": "label_values(outage_monitor_outage_end_users, outage_id)", "refId": "A"},
    "refresh": 2, "sort": 2, "hide": 0, "includeAll": False, "multi": False, "regex": "",
}  # fmt: skip
BOARD: Final[dict[str, Any]] = {
    "name": "board", "label": "Board", "type": "textbox", "query": "http://localhost:8080",
    "current": {"text": "http://localhost:8080", "value": "http://localhost:8080"}, "hide": 0,
}  # fmt: skip
