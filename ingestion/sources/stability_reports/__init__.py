"""Evidence of stability of institutions."""
