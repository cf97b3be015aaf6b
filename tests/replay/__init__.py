"""Tests of `replay`: files in, the notifications that were required out."""
