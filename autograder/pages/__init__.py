"""Notebooks of students such that nothing in them runs where they are shown."""
