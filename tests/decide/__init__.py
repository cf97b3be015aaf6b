"""Tests of what decides live, without a broker."""
