"""What the pages show on which someone is enrolled, or placed in a later cohort."""
