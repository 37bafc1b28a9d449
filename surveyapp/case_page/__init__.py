"""Everything about one case in one place."""
