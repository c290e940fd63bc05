"""Statistics of a quarter that are computed over marts: pure functions."""
