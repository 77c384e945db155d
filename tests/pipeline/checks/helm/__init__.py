"""Tests of the rules of charts, beyond their own examples."""
