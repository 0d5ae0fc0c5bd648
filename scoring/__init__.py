"""How much to believe it: pure functions over plain data."""
