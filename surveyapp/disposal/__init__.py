"""Deleting and anonymising when the time is up, erasure and subject access."""
