"""The simple part of the product, written with other means; each file is a program of its own.

The simple part: read an alarm, validate it, move it to the partition of its outage, count it in a
state that survives a restart, and say so once when a count reaches a threshold.
"""
