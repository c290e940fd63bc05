"""Packages of the month: who receives what, how it is written, and how it is held to account."""
