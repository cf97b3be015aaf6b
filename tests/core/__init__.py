"""Unit tests of the core's parts."""
