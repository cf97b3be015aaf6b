"""Dead letters looked at, and given another try."""
