"""The ledger: what is written down, and read back."""
