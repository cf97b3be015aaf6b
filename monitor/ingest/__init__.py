"""From alarms with any key to envelopes and ticks in `outage-inputs`."""
