"""The certificate on paper: what it says, and how it looks to a reader, a screen reader and a camera."""

import hashlib
import json
import multiprocessing
import os
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import zxingcpp
from django.conf import settings
from page import ValidationProfile, validate_pdf_bytes

from certificates.document import CertificateDocument
from certificates.pdf import CertificateUnprintable, render
from tests.certificates.documents import (
    LONGEST_NAME,
    LONGEST_TITLE,
    SVG_LOGO,
    TITLES,
    document,
    modules,
    photograph,
    read,
    root,
    structure,
    tags,
    text,
)
from tests.certificates.listening import spoken


def rows_read_aloud() -> Iterator[tuple[str, str]]:
    days = ["14 april", "12 maj", "9 juni", "", "4 augusti", "1 september", "29 september", "27 oktober", "24 november"]
    for number, (title, day) in enumerate(zip(TITLES, days, strict=True), start=1):
        yield from (("/TD", str(number)), ("/TH", title))
        yield from (("/TD", f"{day} 2026" if day else "Inte genomförd"), ("/TD", "6" if day else "–"))


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render(document())


class TestWhatItSays:
    def test_a_document_survives_being_stored_as_json(self) -> None:
        issued = document(region_logo=SVG_LOGO)
        assert CertificateDocument.from_json(json.loads(json.dumps(issued.as_json()))) == issued

    @pytest.mark.parametrize("colour", ["0B5563", "#fff", "#0B5563; } body { display: none", "red"])
    def test_a_colour_that_is_no_colour_is_refused(self, colour: str) -> None:
        with pytest.raises(ValueError, match="colour"):
            document(primary_colour=colour)

    def test_it_names_person_programme_modules_and_hours_in_swedish(self, pdf: bytes) -> None:
        for words in (
            "Påhittade Kommunförbundet",
            "Intyg",
            "Härmed intygas att",
            "Åsa Öberg-Lindström",
            "har genomfört utbildningen",
            "Introduktionsutbildning för nyexaminerade socialsekreterare",
            "Våren 2026, omgång B, 14 april 2026–24 november 2026",
            "8 av 9 moduler genomförda. För intyg krävs 8.",
            "2 BBIC, förhandsbedömning och skyddsbedömning 12 maj 2026 6",
            "4 Samtal med barn Inte genomförd –",
            "Timmar totalt 48",
            "Lund den 1 december 2026",
            "Påhittad Märta Samordnarsson",
            "Intygsnummer SK-2026-0012",
            "Kontrollkod ABCD-EFGH-JKLM-NPQR",
            "Kontrollera intyget på https://intro.example.org/intyg/kontrollera/",
        ):
            assert words in text(pdf)

    def test_it_speaks_english_when_the_document_does(self) -> None:
        english = render(document(language="en", total_hours=Decimal("46.50")))
        for words in ("This is to certify that Åsa Öberg-Lindström", "14 April 2026", "Hours in total 46.5"):
            assert words in text(english)
        assert root(english)["/Lang"] == "en"

    def test_swedish_hours_have_a_comma(self) -> None:
        assert "Timmar totalt 46,5" in text(render(document(total_hours=Decimal("46.50"))))

    def test_a_new_version_says_that_it_replaces_the_old(self, pdf: bytes) -> None:
        assert "Version 2, ersätter tidigare" in text(render(document(version=2)))
        assert "Version" not in text(pdf)

    @pytest.mark.parametrize("name", ["Renée Škoda Ćosić", "Zoë Łukasiewicz-Ågren", "Nguyễn Thị Hằng", "Ğülşen Ørsted"])
    def test_letters_of_any_latin_name_are_printed(self, name: str) -> None:
        assert name in text(render(document(participant_name=name)))

    def test_a_name_typed_with_loose_accents_is_printed_whole(self) -> None:
        loose = unicodedata.normalize("NFD", "Åsa Öberg-Lindström")
        assert "Åsa Öberg-Lindström" in text(render(document(participant_name=loose)))

    def test_markup_in_a_name_is_printed_as_it_was_typed(self) -> None:
        name = "<script>alert(1)</script> & <b>Åsa</b>"
        assert name in text(render(document(participant_name=name)))

    def test_a_letter_that_the_fonts_lack_is_an_error_that_names_it(self) -> None:
        with pytest.raises(CertificateUnprintable, match=r"U\+0639"):
            render(document(participant_name="عائشة"))

    @pytest.mark.parametrize("blank", ["\x0b", "\x1f", "\x85", "\u2028"])
    def test_a_blank_that_the_fonts_lack_is_one_too(self, blank: str) -> None:
        with pytest.raises(CertificateUnprintable, match=f"{ord(blank):04X}"):
            render(document(programme_title=f"Introduktion{blank}för nyexaminerade"))

    @pytest.mark.parametrize("blank", ["\u00a0", "\u2009", "\t", "\n"])
    def test_any_other_blank_is_printed(self, blank: str) -> None:
        words = text(render(document(programme_title=f"Introduktion{blank}för nyexaminerade")))
        assert "Introduktion för nyexaminerade" in words


class TestStatementOfParticipation:
    def test_it_names_the_modules_attended_and_says_that_it_is_no_certificate(self) -> None:
        statement = text(render(document(kind="statement", modules_earned=8, modules=modules(*TITLES, missed=4))))
        for words in (
            "Deltagarintyg",
            "Härmed bekräftas att Åsa Öberg-Lindström har deltagit i utbildningen",
            "Deltog i 8 av 9 moduler.",
            "Det här är inte ett intyg om genomförd utbildning. För det krävs 8 moduler.",
            "2 BBIC, förhandsbedömning och skyddsbedömning 12 maj 2026 6",
            "Deltagarintygets nummer SK-2026-0012",
        ):
            assert words in statement
        assert "Samtal med barn" not in statement
        assert "Härmed intygas" not in statement

    def test_in_english(self) -> None:
        statement = render(document(kind="statement", language="en"))
        assert "This is not the certificate of the programme, which requires 8 modules." in text(statement)
        assert read(statement).metadata.title == "Statement of participation SK-2026-0012 – Åsa Öberg-Lindström"

    def test_what_was_stored_before_there_were_statements_is_a_certificate(self) -> None:
        stored = document().as_json()
        del stored["kind"]
        assert CertificateDocument.from_json(stored).kind == "certificate"


class TestHowItFits:
    def test_the_introduction_programme_fits_one_a4_page(self, pdf: bytes) -> None:
        assert len(read(pdf).pages) == 1
        assert [round(float(side)) for side in read(pdf).pages[0].mediabox[2:]] == [595, 842]

    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param({"modules": modules(*[LONGEST_TITLE] * 9)}, id="nine longest titles"),
            pytest.param({"modules": modules(*TITLES[:5])}, id="five modules"),
            pytest.param({"modules": modules(*TITLES, *TITLES[:5])}, id="fourteen modules"),
            pytest.param({"participant_name": LONGEST_NAME, "region_logo": SVG_LOGO}, id="long name and a logo"),
            pytest.param(
                {
                    "modules": modules(*[LONGEST_TITLE] * 9),
                    "participant_name": LONGEST_NAME,
                    "programme_title": LONGEST_TITLE,
                    "region_logo": SVG_LOGO,
                    "version": 2,
                },
                id="everything long",
            ),
        ],
    )
    def test_one_page_holds(self, changes: dict[str, Any]) -> None:
        issued = document(**changes)
        pdf = render(issued)
        assert len(read(pdf).pages) == 1
        assert issued.modules[-1].title in text(pdf)
        assert issued.participant_name in text(pdf).replace("- ", "-")

    def test_more_modules_run_on_to_a_page_that_repeats_the_heading_and_carries_the_signature(self) -> None:
        pages = read(render(document(modules=modules(*TITLES * 3)))).pages
        first, second = (page.extract_text() for page in pages)
        assert "Datum" in first
        assert "Datum" in second
        assert "Timmar totalt" not in first
        assert "Påhittad Märta Samordnarsson" in second
        assert TITLES[-1] in second


class TestForScreenReadersAndArchives:
    def test_it_is_tagged_and_titled_in_its_language(self, pdf: bytes) -> None:
        catalogue = root(pdf)
        assert catalogue["/Lang"] == "sv"
        assert catalogue["/MarkInfo"]["/Marked"]
        assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]

    @pytest.mark.parametrize("profile", [ValidationProfile.PDF_A_3A, ValidationProfile.PDF_UA_1], ids=str)
    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param({}, id="stamped"),
            pytest.param({"participant_name": "Nguyễn Thị Hằng"}, id="laid out by itself"),
            pytest.param({"region_logo": SVG_LOGO, "language": "en"}, id="with a logo"),
            pytest.param({"kind": "statement"}, id="statement"),
            pytest.param({"modules": modules(*TITLES * 3)}, id="two pages"),
        ],
    )
    def test_it_conforms_to_pdf_a_3a_and_pdf_ua_1(self, changes: dict[str, Any], profile: ValidationProfile) -> None:
        report = validate_pdf_bytes(render(document(**changes)), profile=profile)
        assert [failure.message for failure in report.failures] == []
        assert report.is_compliant

    def test_it_is_read_aloud_in_the_order_of_the_page(self, pdf: bytes) -> None:
        assert spoken(pdf) == [
            ("/P", "Påhittade Kommunförbundet"),
            ("/H1", "Intyg"),
            ("/P", "Härmed intygas att"),
            ("/P", "Åsa Öberg-Lindström"),
            ("/P", "har genomfört utbildningen"),
            ("/H2", "Introduktionsutbildning för nyexaminerade socialsekreterare"),
            ("/P", "Våren 2026, omgång B, 14 april 2026–24 november 2026"),
            ("/P", "8 av 9 moduler genomförda. För intyg krävs 8."),
            *(("/TH", heading) for heading in ("Nr", "Modul", "Datum", "Timmar")),
            *rows_read_aloud(),
            ("/TH", "Timmar totalt"),
            ("/TD", "48"),
            ("/P", "Lund den 1 december 2026"),
            ("/P", "Ort och datum"),
            ("/P", "Påhittad Märta Samordnarsson"),
            ("/P", "Samordnare"),
            ("/Figure", "QR-kod med adressen där intyget kan kontrolleras"),
            ("/P", "Intygsnummer"),
            ("/P", "SK-2026-0012"),
            ("/P", "Kontrollkod"),
            ("/P", "ABCD-EFGH-JKLM-NPQR"),
            ("/P", "Kontrollera intyget på"),
            ("/P", "https://intro.example.org/intyg/kontrollera/"),
        ]

    def test_its_table_names_the_headers_of_each_cell(self, pdf: bytes) -> None:
        headers, cells = tags(pdf, "/TH"), tags(pdf, "/TD")
        assert [tag["/A"]["/Scope"] for tag in headers] == ["/Column"] * 4 + ["/Row"] * 10
        known = {tag["/ID"] for tag in headers}
        assert len(known) == 14
        assert all(set(tag["/A"]["/Headers"]) <= known and tag["/A"]["/Headers"] for tag in cells)
        index: Any = root(pdf)["/StructTreeRoot"]["/IDTree"]["/Names"]
        assert {
            name: tag.get_object()["/S"] for name, tag in zip(index[::2], index[1::2], strict=True)
        } == dict.fromkeys(known, "/TH")

    def test_the_box_of_a_figure_is_where_it_is_drawn(self, pdf: bytes) -> None:
        (figure,) = tags(pdf, "/Figure")
        left, bottom, right, top = (float(side) for side in figure["/A"]["/BBox"])
        assert 20 < left < right < 200
        assert 20 < bottom < top < 150

    def test_its_colours_are_srgb(self, pdf: bytes) -> None:
        (intent,) = root(pdf)["/OutputIntents"]
        assert intent.get_object()["/S"] == "/GTS_PDFA1"
        assert b"sRGB" in intent.get_object()["/DestOutputProfile"].get_object().get_data()

    def test_it_can_be_read_in_grey(self, pdf: bytes) -> None:
        """White paper, and ink that stands out by 4.5 to 1 wherever a letter is full."""
        grey = photograph(pdf).convert("L")
        assert grey.getpixel((5, 5)) == 255
        for heading_or_label in ((130, 270, 320, 350), (130, 375, 340, 400)):
            darkest: Any = grey.crop(heading_or_label).getextrema()[0]
            assert darkest < 110

    def test_a_logo_is_read_out_as_the_regions(self) -> None:
        elements = structure(render(document(region_logo=SVG_LOGO)))
        assert ("/Figure", "Påhittade Kommunförbundet, logotyp") in elements

    def test_its_properties_tell_what_it_is_and_when_it_was_issued(self, pdf: bytes) -> None:
        properties = read(pdf).metadata
        assert properties is not None
        assert properties.title == "Intyg SK-2026-0012 – Åsa Öberg-Lindström"
        assert properties.author == "Påhittade Kommunförbundet"
        assert properties.creation_date == datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
        described = read(pdf).xmp_metadata
        assert described is not None
        assert described.dc_title == {"x-default": properties.title}
        assert described.dc_creator == [properties.author]
        assert described.dc_language == ["sv"]
        assert described.xmp_create_date == datetime(2026, 12, 1, 8, 30)  # noqa: DTZ001 -- pypdf gives UTC without saying so

    def test_markup_in_a_name_stays_text_in_the_properties(self) -> None:
        name = "Åsa <b>&amp; </rdf:li>"
        described = read(render(document(participant_name=name))).xmp_metadata
        assert described is not None
        assert described.dc_title == {"x-default": f"Intyg SK-2026-0012 – {name}"}

    def test_every_font_is_embedded_and_is_source_sans(self, pdf: bytes) -> None:
        resources: Any = read(pdf).pages[0]["/Resources"]
        fonts = [font.get_object() for font in resources["/Font"].values()]
        assert len(fonts) == 2
        for font in fonts:
            assert "+Source-Sans-3" in font["/BaseFont"]
            assert "/FontFile2" in font["/DescendantFonts"][0].get_object()["/FontDescriptor"]


class TestTheQrCode:
    def test_a_camera_reads_the_verification_address(self, pdf: bytes) -> None:
        codes = zxingcpp.read_barcodes(photograph(pdf))
        assert [code.text for code in codes] == [document().verification_url]

    def test_also_from_a_grey_copy_of_poor_quality(self, pdf: bytes) -> None:
        copy = photograph(pdf).convert("L").resize((900, 1273))
        assert [code.text for code in zxingcpp.read_barcodes(copy)] == [document().verification_url]

    def test_the_printed_address_is_a_link(self, pdf: bytes) -> None:
        annotations: Any = read(pdf).pages[0]["/Annots"]
        links = {annotation.get_object()["/A"]["/URI"] for annotation in annotations}
        assert links == {document().verification_url}


def made_elsewhere(issued: CertificateDocument, place: dict[str, str]) -> str:
    """The hash of the file that a process makes in another environment."""
    script = (
        "import django, hashlib, json, sys; django.setup()\n"
        "from certificates.document import CertificateDocument\n"
        "from certificates.pdf import render\n"
        "print(hashlib.sha256(render(CertificateDocument.from_json(json.load(sys.stdin)))).hexdigest())"
    )
    result = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps(issued.as_json()),
        capture_output=True,
        text=True,
        check=True,
        cwd=settings.BASE_DIR,
        env=os.environ | place,
    )
    return result.stdout.strip()


class TestTheSameBytesEveryTime:
    def test_twice_in_one_process(self, pdf: bytes) -> None:
        assert render(document()) == pdf

    def test_from_what_was_stored(self, pdf: bytes) -> None:
        assert render(CertificateDocument.from_json(document().as_json())) == pdf

    @pytest.mark.parametrize("name", ["Åsa Öberg-Lindström", "Nguyễn Thị Hằng"], ids=["stamped", "laid out by itself"])
    def test_in_fresh_processes_of_other_places_and_days(self, name: str) -> None:
        issued = document(participant_name=name)
        places = [
            {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "UTC"},
            {"PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo", "SOURCE_DATE_EPOCH": "1"},
        ]
        assert {made_elsewhere(issued, place) for place in places} == {hashlib.sha256(render(issued)).hexdigest()}

    def test_in_a_forked_worker_and_afterwards_in_its_parent(self, pdf: bytes) -> None:
        with multiprocessing.get_context("fork").Pool(1) as workers:
            assert workers.apply(render, [document()]) == pdf
        assert render(document()) == pdf

    def test_in_threads(self) -> None:
        issued = [document(number=f"SK-2026-{number:04}") for number in range(6)]
        one_by_one = [render(each) for each in issued]
        with ThreadPoolExecutor(3) as threads:
            assert list(threads.map(render, issued)) == one_by_one
