"""The product driven in a real browser."""
