"""What counts as something to do, and by when; which day is meant."""
