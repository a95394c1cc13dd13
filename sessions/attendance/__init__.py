"""Who came to what: a session's register, and the modules that each person has earned by it."""
