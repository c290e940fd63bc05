"""Roadshows and other activities."""
