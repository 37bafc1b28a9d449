"""Whether the process is followed, by Area and period."""
