"""Licence contracts put on record."""
