"""Chaos: workers on a real cluster, disturbed all the time, and then compared with a replay."""
