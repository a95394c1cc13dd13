"""A session and changing it: what it becomes, what follows from that, and what it has been."""
