"""Differences of texts: changed lines, hunks, and how they are laid out."""
