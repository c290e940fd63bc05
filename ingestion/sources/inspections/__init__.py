"""What inspectors found."""
