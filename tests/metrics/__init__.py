"""The closed list of metrics, and what workers and the board make of it."""
