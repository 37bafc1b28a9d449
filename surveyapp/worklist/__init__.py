"""What is due today, by owner, over all slices."""
