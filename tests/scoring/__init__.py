"""Tests of the scoring room: oracle numbers, golden values and laws."""
