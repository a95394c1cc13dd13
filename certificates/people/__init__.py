"""The pages about people: who is listed and what is to be done, one person's timeline, what was sent about her."""
