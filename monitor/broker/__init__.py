"""Brokers: how to reach one, and the one that comes with the program."""
