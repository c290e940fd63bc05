"""Reviewed decisions about the names of owners."""
