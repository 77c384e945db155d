"""Tests of the rules of YAML files, beyond their own examples."""
