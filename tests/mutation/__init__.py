"""Mutation testing: small faults are put into the rules and the grading, and tests must see them."""
