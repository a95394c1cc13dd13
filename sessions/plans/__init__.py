"""Which messages are planned for sessions, and what that comes to."""
