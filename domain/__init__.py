"""What happened, and who may know: events, values and access rules; no web, SQL or statistics."""
