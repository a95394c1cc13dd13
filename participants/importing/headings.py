"""Which column is which: by its heading, in Swedish or English, however it is spaced; else by what is in it. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import pgettext_lazy

from cohorts.choices import Fact
from participants.importing.cells import is_title, looks_like_address, plain, read_date, read_degree

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
    "degree": frozenset({"examen", "utbildning", "degree"}),
    "graduated": frozenset(
        {"examensdatum", "examensdag", "datumförexamen", "examenden", "dayofthedegree", "graduated", "graduation"}
        | {"graduationdate"}
    ),
    "prior_courses": frozenset(
        {"tidigarekurs", "tidigarekurser", "gåttkursen", "kurser", "earliercourse", "earliercourses", "priorcourses"}
    ),
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
    "degree": pgettext_lazy("column", "Degree"),
    "graduated": pgettext_lazy("column", "Day of the degree"),
    "prior_courses": pgettext_lazy("column", "Earlier courses"),
}
OF_FACTS = {Fact.DEGREE: "degree", Fact.GRADUATED: "graduated", Fact.PRIOR_COURSE: "prior_courses"}
NEEDED = ("email", "unit", "title", "employed_from")
# One of these can be the same for everyone in a list.
SHARED = ("unit", "title", "employed_from", "municipality", "degree", "graduated", "prior_courses")
SEARCHED_LINES = 20

Lines = Sequence[tuple[int, Sequence[str]]]


@dataclass(frozen=True)
class Layout:
    """Where a list keeps what. `headings` is the place of that row, or None; `unsure`: somebody should look at it."""

    headings: int | None = None
    columns: Mapping[str, int] = field(default_factory=dict)
    unsure: bool = False


def columns_for(facts: Iterable[str]) -> tuple[str, ...]:
    """The columns that a list for a programme may have, which asks for `facts` of those who are enrolled."""
    asked = {OF_FACTS[Fact(fact)] for fact in facts if fact in OF_FACTS}
    return tuple(column for column in LABELS if column in asked or column not in OF_FACTS.values())


def lay_out(lines: Lines, *, wanted: Collection[str], municipalities: Collection[str] = ()) -> Layout:
    """Find the `wanted` columns: by the row of headings among the first twenty lines, else by what is in them.

    `municipalities` are the names by which a column of them is recognised.
    """
    place, columns = find(lines)
    # Who works at a unit called "Utbildning" is somebody all the same.
    if not columns or any(map(looks_like_address, lines[place][1])):
        guessed = _guess([cells for _number, cells in lines], wanted, municipalities)
        return Layout(columns=guessed, unsure=True)
    named = [column for cell in lines[place][1] for column in columns_of([cell])]
    known = {column: position for column, position in columns.items() if column in wanted}
    return Layout(place, known, unsure=any(named.count(column) > 1 for column in known))


def columns_of(cells: Sequence[str]) -> dict[str, int]:
    """The position of each column that `cells`, a row of headings, names. The first of two alike counts."""
    columns: dict[str, int] = {}
    for position, cell in enumerate(cells):
        for column, headings in HEADINGS.items():
            if _letters(cell) in headings:
                columns.setdefault(column, position)
    return columns


def find(lines: Lines) -> tuple[int, dict[str, int]]:
    """The place in `lines` of the row of headings, and its columns: the one that names most of the first twenty."""
    found = [(place, columns_of(cells)) for place, (_number, cells) in enumerate(lines[:SEARCHED_LINES])]
    return max(found, key=lambda candidate: len(candidate[1]), default=(0, {}))


def missing(columns: Collection[str], *, wanted: Collection[str], with_municipality: bool) -> list[str]:
    """The columns that a list must have and that `columns` lacks; "name" stands for the two halves of it."""
    needed = [*NEEDED, *(column for column in OF_FACTS.values() if column in wanted)]
    if with_municipality:
        needed.append("municipality")
    absent = [column for column in needed if column not in columns]
    if "name" not in columns and not {"first_name", "last_name"} <= set(columns):
        absent.insert(0, "name")
    return absent


def label_of(column: str) -> str | Promise:
    """What a missing column is called: a name may come in two."""
    if column == "name":
        return format_lazy("{} + {}", LABELS["first_name"], LABELS["last_name"])
    return LABELS[column]


def _guess(rows: Sequence[Sequence[str]], wanted: Collection[str], municipalities: Collection[str]) -> dict[str, int]:
    """Columns by what most of their cells look like; what only has words are names, unit and title, in that order."""
    places = {plain(name) for name in municipalities}
    signs: dict[str, Callable[[str], object]] = {
        "email": looks_like_address,
        "employed_from": read_date,
        "graduated": read_date,
        "degree": read_degree,
        "municipality": lambda cell: plain(cell) in places,
        "title": is_title,
    }
    columns: dict[str, int] = {}
    words = []
    for position in range(max(map(len, rows), default=0)):
        cells = [row[position] for row in rows if position < len(row) and row[position]]
        if not cells:
            continue
        for column, sign in signs.items():
            if column in wanted and column not in columns and 2 * sum(bool(sign(cell)) for cell in cells) > len(cells):
                columns[column] = position
                break
        else:
            words.append(position)
    if words and _are_whole_names([row[words[0]] for row in rows if words[0] < len(row)]):
        columns["name"] = words.pop(0)
    else:
        columns.update(zip(("first_name", "last_name"), words, strict=False))
        del words[:2]
    columns.update(zip((column for column in ("unit", "title") if column not in columns), words, strict=False))
    return columns


def _are_whole_names(cells: Sequence[str]) -> bool:
    return 2 * sum(" " in cell for cell in cells) > len(cells)


def _letters(heading: str) -> str:
    return "".join(letter for letter in heading.casefold() if letter.isalpha())
