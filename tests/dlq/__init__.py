"""Tests of how dead letters are read, shown and chosen."""
