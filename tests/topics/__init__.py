"""The topics: what is declared, compared with what a cluster has."""
