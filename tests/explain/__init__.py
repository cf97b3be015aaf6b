"""Tests of `explain`: each rule of an outage, in words and for machines."""
