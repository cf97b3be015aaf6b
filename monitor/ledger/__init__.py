"""The ledger: what a partition of inputs has come to, in a compacted topic beside it."""
