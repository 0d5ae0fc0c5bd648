"""Counts pooled as they stand: Mantel-Haenszel, Peto."""
