"""People or places assigned by chance, and plain comparisons of two groups."""
