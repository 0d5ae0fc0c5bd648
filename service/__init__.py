"""The outside: HTTP, pages, SQL, settings and the command line."""
