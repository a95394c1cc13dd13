"""What may be done with seats and enrolments. Pure: no database, clock or request; truth tables test them."""
