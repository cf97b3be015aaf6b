"""Ranges of topics in one file, with what proves that the file is whole."""
