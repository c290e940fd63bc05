"""Evaluations of patents by enterprises and experts."""
