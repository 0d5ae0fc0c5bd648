"""What the anytime method promises, put to the test by simulation with fixed seeds."""
