"""People who are registered twice: who they may be, and what merging them would do."""
