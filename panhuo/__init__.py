"""The library of the stock-patent programme: contracts, rules, identifiers, gates, packages."""

__version__ = "0.1.0"
