"""The interface for HR systems."""
