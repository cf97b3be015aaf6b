"""The outage monitor: says when a telecom outage must be notified, the moment it must."""
