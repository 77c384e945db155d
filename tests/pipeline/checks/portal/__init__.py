"""Tests of the portal's own rules, beyond their own examples."""
