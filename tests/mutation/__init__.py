"""Mutation testing: small faults are put into rules and grading, and tests must see them."""
