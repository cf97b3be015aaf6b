"""Tests of the policy packs and of what reads them."""
