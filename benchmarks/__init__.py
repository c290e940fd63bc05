"""Measurements: speed and memory as ratios against a bound in the same run, and how good decisions are on real data."""
