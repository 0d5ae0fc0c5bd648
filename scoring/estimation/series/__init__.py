"""One outcome over time, alone or beside a comparison series."""
