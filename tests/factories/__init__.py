"""Makers of invented records for tests."""
