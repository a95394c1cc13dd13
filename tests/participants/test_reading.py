"""Files from outside: most are read, the others refused with what to do about it; none takes the portal down."""

from datetime import date, datetime, time
from time import monotonic

import pytest
from django.utils import translation
from openpyxl import Workbook

from participants.importing import child, headings
from participants.importing.reading import UnreadableFile, read
from tests.participants import files

OLD_EXCEL = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2_000)
ENCRYPTED = OLD_EXCEL + "EncryptedPackage".encode("utf-16-le")
ONE = [(1, list(files.HEADINGS)), (2, files.row())]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(files.xlsx(files.row()), "lista.xlsx", id="Excel"),
        pytest.param(files.xlsx(files.row()), "lista", id="Excel without an ending"),
        pytest.param(files.csv(files.row()), "lista.csv", id="UTF-8 with semicolons"),
        pytest.param(files.csv(files.row(), encoding="utf-8-sig"), "lista.csv", id="UTF-8 with a mark"),
        pytest.param(files.csv(files.row(), encoding="cp1252"), "lista.csv", id="Windows-1252 with semicolons"),
        pytest.param(files.csv(files.row(), divider=","), "lista.csv", id="commas"),
        pytest.param(files.csv(files.row(), divider="\t"), "lista.txt", id="tabs"),
        pytest.param(files.csv(files.row(), divider="\t", encoding="utf-16"), "lista.txt", id="Excel's Unicode text"),
        pytest.param(files.csv(files.row(), end="\n"), "lista.csv", id="lines from a Mac"),
    ],
)
def test_the_same_list_is_read_from_every_usual_kind_of_file(content: bytes, name: str) -> None:
    assert read(content, name) == ONE


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        pytest.param(b"", "lista.xlsx", "empty", id="nothing"),
        pytest.param(b" \n \n", "lista.csv", "empty", id="only spaces"),
        pytest.param(files.xlsx(headings=[]), "lista.xlsx", "empty", id="an empty sheet"),
        pytest.param(OLD_EXCEL, "lista.xls", "old Excel format", id="xls"),
        pytest.param(OLD_EXCEL, "lista.xlsx", "old Excel format", id="xls by another name"),
        pytest.param(ENCRYPTED, "lista.xlsx", "password", id="with a password"),
        pytest.param(files.with_entries(files.xlsx(), xl__vbaProject_bin=b"x"), "lista.xlsm", "macros", id="xlsm"),
        pytest.param(
            files.with_entries(files.xlsx(), xl__vbaProject_bin=b"x"), "lista.xlsx", "macros", id="hidden macros"
        ),
        pytest.param(
            files.packed(mimetype=b"application/vnd.oasis", content_xml=files.XML),
            "lista.ods",
            "OpenDocument",
            id="ods",
        ),
        pytest.param(files.packed(photo_jpg=b"x"), "lista.xlsx", "not a spreadsheet", id="some other zip"),
        pytest.param(b"%PDF-1.7\n\x00\x01\x02", "lista.csv", "not a spreadsheet", id="pdf"),
        pytest.param(b"PK\x03\x04 and then nothing", "lista.xlsx", "damaged", id="broken zip"),
        pytest.param(files.xlsx(files.row())[:-200], "lista.xlsx", "damaged", id="half a file"),
        pytest.param(b"Namn;Enhet", "lista.xlsx", "damaged", id="text that says it is Excel"),
        pytest.param(files.zip_bomb(), "lista.xlsx", "too large when it is unpacked", id="zip bomb"),
        pytest.param(files.entity_bomb(), "lista.xlsx", "damaged", id="billion laughs"),
        pytest.param(
            files.with_entries(files.xlsx(), **{f"xl__media__{number}_png": b"x" for number in range(100)}),
            "lista.xlsx",
            "too much besides the list",
            id="too many entries",
        ),
        pytest.param(files.xlsx(*files.rows(6_000)), "lista.xlsx", "more than 5000 rows", id="6,000 rows of Excel"),
        pytest.param(files.csv(*files.rows(6_000)), "lista.csv", "more than 5000 rows", id="6,000 rows of text"),
    ],
)
def test_other_files_are_refused_with_what_to_do_about_it(content: bytes, name: str, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        read(content, name)


def test_a_file_that_takes_too_long_is_given_up_and_its_process_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    content = files.xlsx(*files.rows(5_000))
    began = monotonic()
    read(content, "lista.xlsx")
    to_the_end = monotonic() - began
    monkeypatch.setattr(child, "SECONDS", 0.01)
    began = monotonic()
    with pytest.raises(UnreadableFile, match="too large"):
        read(content, "lista.xlsx")
    assert monotonic() - began < to_the_end


def test_the_first_visible_sheet_that_holds_anything_is_read() -> None:
    workbook = Workbook()
    hidden = workbook.worksheets[0]
    hidden.append(["hidden"])
    hidden.sheet_state = "hidden"
    workbook.create_sheet("Empty")
    workbook.create_sheet("Nya").append(["visible"])
    assert read(files.saved(workbook), "lista.xlsx") == [(1, ["visible"])]


def test_days_numbers_and_spaces_are_read_as_a_person_would() -> None:
    line = [
        datetime.combine(date(2026, 3, 1), time(0)),
        date(2026, 3, 1),
        46082.0,
        12.5,
        "  Barn \n och  familj ",
        None,
        True,
    ]
    [(_number, cells)] = read(files.xlsx(headings=line), "lista.xlsx")
    assert cells == ["2026-03-01", "2026-03-01", "46082", "12.5", "Barn och familj", "", "True"]


def test_a_formula_is_never_computed_nor_read_as_text() -> None:
    [(_number, cells)] = read(files.xlsx(headings=['=HYPERLINK("http://example.org")', "Namn"]), "lista.xlsx")
    assert cells == ["", "Namn"]


def test_rows_keep_their_number_in_the_file() -> None:
    assert [number for number, _cells in read(files.xlsx([], [], files.row()), "lista.xlsx")] == [1, 4]


class TestHeadings:
    def test_they_are_found_in_any_order_spacing_and_language(self) -> None:
        cells = ["E-post ", "ANSTÄLLD  FRÅN", "Titel", "last name", "Förnamn:", "Arbetsplats", "kommun", "Skostorlek"]
        assert headings.columns_of(cells) == {
            "email": 0,
            "employed_from": 1,
            "title": 2,
            "last_name": 3,
            "first_name": 4,
            "unit": 5,
            "municipality": 6,
        }

    def test_they_may_stand_under_a_title_over_merged_cells(self) -> None:
        workbook = Workbook()
        sheet = workbook.worksheets[0]
        sheet.append(["Nya medarbetare i Lund"])
        sheet.merge_cells("A1:F1")
        sheet.append([])
        sheet.append(list(files.HEADINGS))
        sheet.append(files.row())
        place, columns = headings.find(read(files.saved(workbook), "lista.xlsx"))
        assert (place, len(columns)) == (1, 6)

    @pytest.mark.parametrize("language", ["en", "sv"])
    def test_our_own_labels_are_recognised(self, language: str) -> None:
        with translation.override(language):
            labels = {column: str(label) for column, label in headings.LABELS.items()}
        for column, label in labels.items():
            assert headings.columns_of([label]) == {column: 0}

    def test_what_is_missing_is_named(self) -> None:
        columns = headings.columns_of(["Namn", "Enhet", "Titel"])
        wanted = headings.columns_for([])
        assert headings.missing(columns, wanted=wanted, with_municipality=True) == [
            "email",
            "employed_from",
            "municipality",
        ]
        assert headings.missing({"first_name"}, wanted=wanted, with_municipality=False)[0] == "name"
        assert str(headings.label_of("name")) == "First name + Last name"
