"""The board: a live page and an API for the people who watch, fed by the output topics alone."""
