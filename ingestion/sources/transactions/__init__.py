"""Deals in patents as they are reported."""
