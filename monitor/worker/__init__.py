"""The worker: ingest, decide, or both, with the address where it says how it is."""
