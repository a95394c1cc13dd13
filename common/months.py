"""Names of months as people write them: in Swedish or English, whole or cut off after three letters or more."""

NAMES = (
    ("januari", "january"),
    ("februari", "february"),
    ("mars", "march"),
    ("april",),
    ("maj", "may"),
    ("juni", "june"),
    ("juli", "july"),
    ("augusti", "august"),
    ("september",),
    ("oktober", "october"),
    ("november",),
    ("december",),
)
SHORTEST = 3
MONTHS = {
    name[:length]: number
    for number, names in enumerate(NAMES, start=1)
    for name in names
    for length in range(SHORTEST, len(name) + 1)
}
