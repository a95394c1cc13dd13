"""What is handed out: where it lies, and who finds it where."""
