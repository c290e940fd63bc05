"""Tier libraries: the convertible patents of a city or a province by tier, field, maturity and prospect."""
