"""Fetching: the outside world becomes raw loads, and bad rows go back to their senders."""
