"""Imports of outside surveys by a mapping file."""
