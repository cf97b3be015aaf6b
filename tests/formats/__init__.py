"""Tests of the readers of alarms and inventory records."""
