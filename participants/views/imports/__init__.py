"""Enrolling many: upload or paste a list, see what it would do, mend it, confirm, and follow the worker."""
