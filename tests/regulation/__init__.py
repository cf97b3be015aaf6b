"""The pages on the law say what the packs say, and what they show is so."""
