"""Tests of the rules of the zip as a whole, beyond their own examples."""
