"""Pledges of patents."""
