"""Properties that must hold for any stream."""
