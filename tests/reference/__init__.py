"""A second, naive reading of the definitions, to test the engine against."""
