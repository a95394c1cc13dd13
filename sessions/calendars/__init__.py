"""Sessions in people's own calendars: as files, and as subscriptions."""
