"""Recorded alarms from files, through the same core as a live run."""
