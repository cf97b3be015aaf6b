"""The commands of `outage-monitor`, one file each."""
