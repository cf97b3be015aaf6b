"""A hostile input: good alarms whose crossings are known, among records that mean harm."""
