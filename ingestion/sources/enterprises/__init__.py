"""Register of enterprises."""
