"""Tests of the pure parts of ingest."""
