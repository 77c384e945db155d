"""Tests of the rules of image archives, beyond their own examples."""
