"""Answers of institutions to technical needs."""
