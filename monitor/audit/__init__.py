"""Whether every notification was made, as the recorded input says, and in time."""
