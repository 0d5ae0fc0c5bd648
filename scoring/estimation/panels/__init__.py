"""Several units over several periods, some with the programme."""
