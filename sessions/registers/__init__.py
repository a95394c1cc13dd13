"""Venues and lecturers: what is booked there, and what lecturers are asked."""
