"""The peer lane: its own store, keys, log and addresses; only the composition root knows of it."""
