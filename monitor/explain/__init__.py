"""Why a notification is required, or is not: every rule of an outage, in both readings."""
