"""Open licence statements of institutions."""
