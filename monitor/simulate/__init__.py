"""Seeded, realistic alarm streams of an invented operator, for demonstrations and tests."""
