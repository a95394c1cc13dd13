"""Writing to those of a cohort: `audience` finds them, `progress` tells what became of the mails."""
