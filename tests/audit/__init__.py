"""An audit, tried on live runs that were made without a broker, with faults planted in them."""
