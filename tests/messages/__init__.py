"""Tests of the messages: what the core says, written for people and machines."""
