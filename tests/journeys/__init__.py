"""Whole ways through the service, as its users walk them."""
