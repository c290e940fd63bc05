"""What provinces, cities and institutions have filed."""
