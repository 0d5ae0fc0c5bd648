"""Studies that may be missing: asymmetry, the funnel, trim and fill, selection."""
