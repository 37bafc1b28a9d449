"""The index of settings and the permissions page."""
