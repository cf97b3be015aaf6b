"""Tests of the simulated streams."""
