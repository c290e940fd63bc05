"""Recognitions of enterprises in a class."""
