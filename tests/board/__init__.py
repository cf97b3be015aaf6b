"""The board: what it knows, what it tells, and to whom."""
