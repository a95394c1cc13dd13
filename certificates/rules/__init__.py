"""When a certificate is issued, and who needs that somebody does something. Pure: no database, no clock."""
