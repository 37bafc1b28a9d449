"""What managers agreed to do, and whether it worked."""
