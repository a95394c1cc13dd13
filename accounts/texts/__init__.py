"""What a coordinator may word anew: texts as they would be read, before they are in force."""
