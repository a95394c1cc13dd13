"""A new cohort: what is proposed for it, and what it takes over from an earlier one."""
