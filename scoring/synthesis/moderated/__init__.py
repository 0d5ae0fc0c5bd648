"""Effects that moderators tell apart: designs, meta-regression, subgroups."""
