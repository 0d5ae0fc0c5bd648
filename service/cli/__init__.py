"""The `candour` command line: one file a group of commands."""
