"""The demonstration portfolio: published programmes with their sources, and a few invented ones."""
