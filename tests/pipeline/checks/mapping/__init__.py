"""Tests of the rules of the mapping, beyond their own examples."""
