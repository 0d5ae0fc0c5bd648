"""The migrations of every store, on both databases."""
