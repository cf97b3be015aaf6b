"""From envelopes and ticks to notifications: the Faust agent around the core."""
