"""Certificates made many at once: each is what it would be laid out by itself, only quicker."""

import gc
import os
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageChops
from weasyprint import HTML

from certificates.document import CertificateDocument, CertificateModule
from certificates.pdf import CertificateUnprintable, press, render, render_all
from tests.certificates.documents import (
    LONGEST_NAME,
    SVG_LOGO,
    TITLES,
    document,
    laid_out,
    modules,
    photograph,
    read,
    structure,
    text,
)
from tests.certificates.listening import spoken

FIRST_NAMES = (
    "Åsa",
    "Ørjan",
    "Zoë",
    "Łukasz",
    "Đorđe",
    "Ștefan",
    "Maria-Fernanda",
    "T.",
    "Affe",
    "William Wilhelm",
    "O’Neill",
)
LAST_NAMES = (
    "Öberg-Lindström",
    "Čermáková",
    "von Hohenlohe",
    "Ek",
    "Ğülşen",
    "Mwamba-Wallenström",
    "AVATAR",
    "Åkerblom af Björkenäs",
)


@st.composite
def documents(draw: st.DrawFn) -> CertificateDocument:
    """What people of one programme may differ in."""
    name = f"{draw(st.sampled_from(FIRST_NAMES))} {draw(st.sampled_from(LAST_NAMES))}"
    days = st.dates(date(2025, 1, 1), date(2029, 12, 31))
    attended = [draw(st.none() | days) for _ in TITLES]
    days_attended = sorted(day for day in attended if day) or [date(2026, 4, 14)]
    number = draw(st.integers(1, 99999))
    code = draw(st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=16, max_size=16))
    issued = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=draw(st.integers(0, 100_000_000)))
    hours = [draw(st.sampled_from(["3", "6.00", "7.50"])) for _ in TITLES]
    issued_number = f"SK-2026-{number:04}"
    return document(
        kind=draw(st.sampled_from(["certificate", "certificate", "certificate", "statement"])),
        language=draw(st.sampled_from(["sv", "en"])),
        version=draw(st.sampled_from([1, 1, 2, 12])),
        number=issued_number,
        code="-".join(code[start : start + 4] for start in range(0, 16, 4)),
        verification_url=f"https://intro.example.org/intyg/kontrollera/?nummer={issued_number}&kod={code}",
        participant_name=name,
        cohort_name=draw(st.sampled_from(["Våren 2026", "Hösten 2026, omgång B", "Malmö–Lund 3"])),
        modules=tuple(
            replace(module, date=day, hours=Decimal(taught))
            for module, day, taught in zip(modules(*TITLES), attended, hours, strict=True)
        ),
        modules_earned=sum(day is not None for day in attended),
        total_hours=sum((Decimal(taught) for day, taught in zip(attended, hours, strict=True) if day), Decimal(0)),
        first_date=days_attended[0],
        last_date=days_attended[-1],
        issued_on=issued.date(),
        issued_at=issued,
    )


def people(numbers: range) -> Iterator[CertificateDocument]:
    """Of one programme; each has a number, an address and mostly a name of her own, and has missed another module."""
    for number in numbers:
        yield document(
            number=f"SK-2026-{number:04}",
            verification_url=f"https://intro.example.org/intyg/kontrollera/?nummer=SK-2026-{number:04}&kod={number:016X}",
            participant_name=f"{FIRST_NAMES[number % len(FIRST_NAMES)]} {LAST_NAMES[number % len(LAST_NAMES)]}",
            modules=modules(*TITLES, missed=number % 10),
        )


class TestStampedAsLaidOut:
    @settings(max_examples=int(os.environ.get("CERTIFICATES", 15)), deadline=None)
    @given(issued=documents())
    def test_any_certificate_reads_and_looks_the_same_either_way(self, issued: CertificateDocument) -> None:
        stamped, alone = render(issued), laid_out(issued)
        assert stamped != alone
        assert text(stamped) == text(alone)
        assert structure(stamped) == structure(alone)
        assert spoken(stamped) == spoken(alone)
        assert read(stamped).metadata == read(alone).metadata
        assert read(stamped).xmp_metadata.dc_title == read(alone).xmp_metadata.dc_title
        difference = ImageChops.difference(photograph(stamped).convert("L"), photograph(alone).convert("L"))
        assert sum(difference.histogram()[128:]) <= 20  # of two million dots; letters may stand a fraction of one apart

    def test_its_qr_code_and_its_link_are_its_own(self) -> None:
        address = "https://intro.example.org/intyg/kontrollera/?nummer=SK-2026-0777&kod=ZZZZYYYYXXXXWWWW"
        stamped = render(document(verification_url=address, number="SK-2026-0777"))
        assert [code.text for code in zxingcpp.read_barcodes(photograph(stamped))] == [address]
        annotations: Any = read(stamped).pages[0]["/Annots"]
        links = [annotation.get_object() for annotation in annotations]
        words = "Kontrollera SK-2026-0777 på https://intro.example.org/intyg/kontrollera/"
        assert [(link["/A"]["/URI"], link["/Contents"]) for link in links] == [(address, words)]


class TestTheQuickWayToAPage:
    @pytest.mark.parametrize("kind", ["certificate", "statement"])
    @pytest.mark.parametrize("modules_of_it", [modules(*TITLES[:3]), modules(*TITLES), modules(*TITLES * 3)], ids=len)
    def test_comes_to_what_weasyprint_makes_of_it_by_itself(
        self, monkeypatch: pytest.MonkeyPatch, kind: str, modules_of_it: tuple[CertificateModule, ...]
    ) -> None:
        issued = document(kind=kind, modules=modules_of_it, region_logo=SVG_LOGO, version=2)
        quick = laid_out(issued)
        monkeypatch.setattr(press, "Source", lambda page, fetcher: HTML(string=page, url_fetcher=fetcher))
        assert laid_out(issued) == quick

    @pytest.mark.parametrize("collects", [True, False])
    def test_leaves_the_collection_of_garbage_as_it_was(self, collects: bool) -> None:
        before = gc.isenabled()
        try:
            (gc.enable if collects else gc.disable)()
            laid_out(document())
            with pytest.raises(CertificateUnprintable):
                laid_out(document(participant_name="عائشة"))
            assert gc.isenabled() == collects
        finally:
            (gc.enable if before else gc.disable)()


class TestWhatAMasterCannotHold:
    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param({"participant_name": "Nguyễn Thị Hằng"}, id="letters of other alphabets"),
            pytest.param({"participant_name": LONGEST_NAME}, id="a name that takes two lines"),
            pytest.param({"participant_name": "W" * 28}, id="a name of wide letters"),
            pytest.param(
                {"cohort_name": "Nyanställda i Malmö, Lund, Kävlinge, Ystad, Tomelilla och Simrishamn"},
                id="long cohort",
            ),
            pytest.param({"modules": modules(*TITLES * 3)}, id="two pages"),
        ],
    )
    def test_is_laid_out_by_itself(self, changes: dict[str, Any]) -> None:
        issued = document(**changes)
        pdf = render(issued)
        assert pdf == laid_out(issued)
        assert issued.participant_name.replace(" ", "") in text(pdf).replace(" ", "")


class TestManyAtOnce:
    def test_come_in_order_and_are_what_each_is_alone(self) -> None:
        issued = [
            document(number=f"SK-2026-{number:04}", language=language, kind=kind)
            for number in range(3)
            for language in ("sv", "en")
            for kind in ("certificate", "statement")
        ]
        together = list(render_all(issued))
        press._press.cache_clear()
        assert together == [render(each) for each in reversed(issued)][::-1]

    def test_one_that_cannot_be_printed_is_told_in_its_place(self) -> None:
        issued = [document(), document(participant_name="عائشة"), document(region_logo=SVG_LOGO)]
        first, second, third = render_all(issued)
        assert isinstance(first, bytes)
        assert isinstance(second, CertificateUnprintable)
        assert isinstance(third, bytes)

    def test_are_taken_one_at_a_time(self) -> None:
        def issuing() -> Iterator[CertificateDocument]:
            yield document()
            raise AssertionError("a second was taken before the first was given")

        assert isinstance(next(render_all(issuing())), bytes)

    def test_leave_nothing_behind(self) -> None:
        """What is kept on purpose, words in glyphs, is a small part of what was made."""
        for issued in people(range(200)):
            render(issued)
        tracemalloc.start()
        try:
            made = sum(len(render(issued)) for issued in people(range(200, 600)))
            _now, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert most < made / 10

    def test_a_cohort_shares_one_layout_whatever_each_has_missed(self) -> None:
        press._press.cache_clear()
        for missed in range(1, 10):
            render(
                document(modules=modules(*TITLES, missed=missed), last_date=date(2026, 11, 24) + timedelta(days=missed))
            )
        assert press._press(os.getpid())._master.cache_info().misses == 1
