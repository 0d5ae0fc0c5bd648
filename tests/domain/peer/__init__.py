"""The peer lane, told as scenarios."""
