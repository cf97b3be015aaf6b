"""What people do about outages and duties, without a broker."""
