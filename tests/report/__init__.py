"""Tests of `report`: what is drafted, in every language and format."""
