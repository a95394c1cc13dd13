"""Board, month and list: which sessions are wanted, and how each of them stands."""
