"""Estimators from raw outcomes, held to R case by case."""
