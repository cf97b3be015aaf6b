"""What must be sent about an outage, drafted: notices, forms, and what they rest on."""
