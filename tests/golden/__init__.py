"""Golden cases: recorded inputs, and what must come of them."""
