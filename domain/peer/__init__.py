"""The peer lane: candid lessons, kept in a book of their own that the record never opens."""
