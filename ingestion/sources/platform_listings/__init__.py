"""Patents that an operating platform has registered and published."""
