"""Charts as SVG markup: pure functions from plain values to escaped text, no script, no style."""
