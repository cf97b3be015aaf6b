"""The doctor: looks at all that the product needs, and says what to do."""
