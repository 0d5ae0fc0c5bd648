"""The addresses under /v1, one file a resource; a route body reads, asks one door, and answers."""
