"""Packages to enterprises: the patents pushed to one of them as page, workbook and form, and their reading back."""
