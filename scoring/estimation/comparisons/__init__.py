"""People or places that came to the programme otherwise than by chance."""
