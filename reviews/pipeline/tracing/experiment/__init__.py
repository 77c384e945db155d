"""Experiments with one chart: render marked values, and see which image carries which mark."""
