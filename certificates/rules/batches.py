"""How workers share the making of PDFs."""

from datetime import timedelta

BATCH = 50  # certificates that a worker takes at a time
GROUP = 10  # certificates that become ready in one transaction
# Longer than a batch takes. It only keeps two from the same work: whoever is late finds the certificates ready.
LEASE = timedelta(minutes=2)
TRY_AGAIN = timedelta(hours=1)  # what could not be made: a newer release may have the letter, or the font
