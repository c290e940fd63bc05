"""Products recorded as made with patents."""
