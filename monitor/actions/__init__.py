"""What people do about outages and duties: as a message, and written and answered for."""
