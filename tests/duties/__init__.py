"""Tests of the duties: what has to be done about an outage, until when, and what was done."""
