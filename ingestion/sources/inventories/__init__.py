"""Workbooks in which institutions assess their patents."""
