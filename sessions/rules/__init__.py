"""Rules of planning, attendance and progress: pure, without database, clock or request."""
