"""What certificates look like with a region's choices: a picture of an example, which nobody can take for one."""

import threading
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pypdfium2
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

from certificates import pdf
from certificates.document import CertificateDocument, CertificateModule, Kind, Language
from certificates.pdf.fetcher import ASSETS
from cohorts.models import Programme
from common.clock import local_date
from regions.models import Region

SCALE = 1.5  # pixels to a point: 893 × 1263 for A4
COLOURS = 128  # of the picture: a page of text needs no more, and a third of the bytes
DAYS_BETWEEN_MODULES = 28
MODULES = 9  # of the example, in a region without a programme
MARK_SIZE, MARK_ANGLE, MARK_COLOUR = 190, 52, (176, 35, 24, 80)

_pdfium = threading.Lock()  # PDFium bears one thread at a time


@dataclass(frozen=True)
class Look:
    """What a region chooses for its certificates; the logo is a PNG."""

    logo: bytes | None
    primary_colour: str
    signatory_name: str
    signatory_title: str
    seat: str


def example(region: Region, look: Look, *, kind: Kind, language: Language, now: datetime) -> CertificateDocument:
    """An invented person's certificate or statement for the region's longest programme; its number is none."""
    with translation.override(language):
        titles, programme = _programme(region)
        last = local_date(now)
        first = last - timedelta(days=DAYS_BETWEEN_MODULES * len(titles))
        missed = {1} if kind == "certificate" else set(range(len(titles) // 2, len(titles)))
        modules = _modules(titles, first, missed if len(titles) > 1 else set())
        earned = [module for module in modules if module.date]
        return CertificateDocument(
            kind=kind,
            language=language,
            number=_("EXAMPLE"),
            code="0000-0000-0000-0000",
            verification_url=f"{settings.BASE_URL}{reverse('certificates:verify')}",
            version=1,
            participant_name=_("Example Person"),
            programme_title=programme,
            cohort_name=_("Example cohort"),
            region_name=region.name,
            region_logo=look.logo,
            primary_colour=look.primary_colour,
            modules=modules,
            total_hours=sum((module.hours for module in earned), Decimal(0)),
            modules_earned=len(earned),
            modules_total=len(modules),
            modules_required=max(len(modules) - 1, 1),
            first_date=min(module.date for module in earned if module.date),
            last_date=max(module.date for module in earned if module.date),
            issued_on=last,
            issued_at=now,
            signatory_name=look.signatory_name,
            signatory_title=look.signatory_title,
            place=look.seat,
        )


def picture_of(document: CertificateDocument) -> bytes:
    """The first page of `document` as a PNG with EXAMPLE across it, in half a second.

    Raises pdf.CertificateUnprintable.
    """
    content = pdf.render(document)
    with _pdfium:
        file = pypdfium2.PdfDocument(content)
        page: Image.Image = file[0].render(scale=SCALE).to_pil().convert("RGBA")
        file.close()
    page.alpha_composite(_mark(page.size, document.language))
    picture = BytesIO()
    page.convert("RGB").quantize(COLOURS).save(picture, "PNG", optimize=True)
    return picture.getvalue()


def _programme(region: Region) -> tuple[list[str], str]:
    """The titles of the modules, and of the programme that has most."""
    programme = Programme.objects.filter(region=region).order_by("-modules_required", "title").first()
    titles = [module.title for module in programme.current_modules] if programme else []
    if programme and titles:
        return titles, programme.title
    return [_("Module %(number)d") % {"number": number} for number in range(1, MODULES + 1)], _("Example programme")


def _modules(titles: list[str], first: date, missed: set[int]) -> tuple[CertificateModule, ...]:
    return tuple(
        CertificateModule(
            number=place + 1,
            title=title,
            date=None if place in missed else first + timedelta(days=DAYS_BETWEEN_MODULES * place),
            hours=Decimal(6),
        )
        for place, title in enumerate(titles)
    )


def _mark(size: tuple[int, int], language: str) -> Image.Image:
    """The word across the page, in letters that let what is under them be read."""
    font = ImageFont.truetype(str(ASSETS / "SourceSans3-Semibold.ttf"), MARK_SIZE)
    with translation.override(language):
        word = _("EXAMPLE")
    mark = Image.new("RGBA", size)
    middle = (size[0] / 2, size[1] / 2)
    ImageDraw.Draw(mark).text(middle, word, font=font, fill=MARK_COLOUR, anchor="mm")
    return mark.rotate(MARK_ANGLE, resample=Image.Resampling.BICUBIC)
