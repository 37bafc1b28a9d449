"""Redacted comments and the codes people give them."""
