"""Recordings: written, read, cut off, changed."""
