"""Tests of the rules of annotations, beyond their own examples."""
