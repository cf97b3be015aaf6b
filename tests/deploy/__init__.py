"""What stands in deploy/: alerts, routes, dashboards, containers; checked with their own tools."""
