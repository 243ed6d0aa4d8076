"""Measurements: ratios, in one run, on one machine."""
