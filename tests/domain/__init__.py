"""What happened, and who may know, told as scenarios."""
