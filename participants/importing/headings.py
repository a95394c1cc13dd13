"""Which column is which, by its heading: in Swedish or English, in any order, however it is spaced. Pure."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import pgettext_lazy

# Columns, by their names in the code, with what people call them (letters only).
HEADINGS: Mapping[str, frozenset[str]] = {
    "first_name": frozenset({"förnamn", "tilltalsnamn", "firstname", "givenname"}),
    "last_name": frozenset({"efternamn", "lastname", "surname", "familyname"}),
    "name": frozenset({"namn", "fullständigtnamn", "medarbetare", "deltagare", "name", "fullname"}),
    "email": frozenset(
        {"epost", "epostadress", "mejl", "mejladress", "mail", "mailadress", "arbetsmejl", "arbetsmail", "arbetsepost"}
        | {"jobbmejl", "jobbmail", "epostpåjobbet", "epostiarbetet", "epostarbete"}
        | {"email", "emailaddress", "workemail"}
    ),
    "unit": frozenset({"enhet", "arbetsplats", "arbetsställe", "unit", "workplace"}),
    "title": frozenset({"befattning", "titel", "yrkestitel", "title", "jobtitle", "position"}),
    "employed_from": frozenset(
        {"anställdfrån", "anställdfrom", "anställdfråndatum", "anställningsdatum", "startdatum", "börjar"}
        | {"förstaanställningsdag", "employedfrom", "startdate", "firstday"}
    ),
    "municipality": frozenset({"kommun", "arbetsgivare", "municipality", "employer"}),
}
LABELS: Mapping[str, str | Promise] = {
    "first_name": pgettext_lazy("column", "First name"),
    "last_name": pgettext_lazy("column", "Last name"),
    "name": pgettext_lazy("column", "Name"),
    "email": pgettext_lazy("column", "Work e-mail"),
    "unit": pgettext_lazy("column", "Unit"),
    "title": pgettext_lazy("column", "Job title"),
    "employed_from": pgettext_lazy("column", "Employed from"),
    "municipality": pgettext_lazy("column", "Municipality"),
}
NEEDED = ("email", "unit", "title", "employed_from")
SEARCHED_LINES = 20


def columns_of(cells: Sequence[str]) -> dict[str, int]:
    """The position of each column that `cells`, a row of headings, names. The first of two alike counts."""
    columns: dict[str, int] = {}
    for position, cell in enumerate(cells):
        for column, headings in HEADINGS.items():
            if _letters(cell) in headings:
                columns.setdefault(column, position)
    return columns


def find(rows: Sequence[tuple[int, Sequence[str]]]) -> tuple[int, dict[str, int]]:
    """The place in `rows` of the row of headings, and its columns: the one that names most of the first twenty."""
    found = [(place, columns_of(cells)) for place, (_number, cells) in enumerate(rows[:SEARCHED_LINES])]
    return max(found, key=lambda candidate: len(candidate[1]), default=(0, {}))


def missing(columns: Mapping[str, int], *, with_municipality: bool) -> list[str | Promise]:
    """The labels of the columns that a list must have and that `columns` lacks."""
    absent = [column for column in NEEDED if column not in columns]
    if with_municipality and "municipality" not in columns:
        absent.append("municipality")
    labels = [LABELS[column] for column in absent]
    if "name" not in columns and not {"first_name", "last_name"} <= columns.keys():
        labels.insert(0, format_lazy("{} + {}", LABELS["first_name"], LABELS["last_name"]))
    return labels


def _letters(heading: str) -> str:
    return "".join(letter for letter in heading.casefold() if letter.isalpha())
