"""The published standards and their interpreter."""
