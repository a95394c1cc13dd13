"""What became of messages: which were due to whom, and how far each has come."""
