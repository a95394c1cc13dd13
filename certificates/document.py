"""What is printed on a certificate, frozen at issue: a later change of name or logo leaves it as it was."""

import base64
import re
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, Self

Kind = Literal["certificate", "statement"]
Language = Literal["sv", "en"]
HEX_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True, kw_only=True)
class CertificateModule:
    """One module of the programme. `date` is the local day on which it was earned, None if it was not."""

    number: int
    title: str
    date: date | None
    hours: Decimal

    def as_json(self) -> dict[str, Any]:
        """The row as JSON can hold it: the day in ISO 8601, hours as text so that no digit is lost."""
        return asdict(self) | {"date": self.date.isoformat() if self.date else None, "hours": str(self.hours)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The row that `as_json` wrote."""
        earned_on = date.fromisoformat(data["date"]) if data["date"] else None
        return cls(**data | {"date": earned_on, "hours": Decimal(data["hours"])})


@dataclass(frozen=True, kw_only=True)
class CertificateDocument:
    """All data of one certificate, complete: rendering it asks neither the database nor the clock.

    `kind` tells the certificate from a statement of participation, for those who have not completed the programme; what
    was stored before there were statements has none. A statement shows only the modules that were earned.
    `modules` are all of the programme in their order, also those not earned; `total_hours` counts the earned
    ones. `issued_at` is aware and dates the PDF, all other days are local (Europe/Stockholm). `region_logo`
    is a PNG or an SVG; `code` is written as people read it, in groups; `verification_url` is complete and goes
    into the QR code. Raises ValueError for a colour that is not "#RRGGBB" or a time without a zone.
    """

    kind: Kind = "certificate"
    language: Language
    number: str
    code: str
    verification_url: str
    version: int
    participant_name: str
    programme_title: str
    cohort_name: str
    region_name: str
    region_logo: bytes | None
    primary_colour: str
    modules: tuple[CertificateModule, ...]
    total_hours: Decimal
    modules_earned: int
    modules_total: int
    modules_required: int
    first_date: date
    last_date: date
    issued_on: date
    issued_at: datetime
    signatory_name: str
    signatory_title: str
    place: str

    def __post_init__(self) -> None:
        if not HEX_COLOUR.fullmatch(self.primary_colour):
            raise ValueError(f"Not a colour as #RRGGBB: {self.primary_colour!r}")
        if self.issued_at.tzinfo is None:
            raise ValueError("issued_at needs a time zone")

    @property
    def verification_page(self) -> str:
        """The address without number and code, which people type there."""
        return self.verification_url.partition("?")[0]

    def as_json(self) -> dict[str, Any]:
        """The document as JSON can hold it; the logo in base64, hours as text, days and times in ISO 8601."""
        return asdict(self) | {
            "region_logo": base64.b64encode(self.region_logo).decode() if self.region_logo else None,
            "modules": [module.as_json() for module in self.modules],
            "total_hours": str(self.total_hours),
            "first_date": self.first_date.isoformat(),
            "last_date": self.last_date.isoformat(),
            "issued_on": self.issued_on.isoformat(),
            "issued_at": self.issued_at.isoformat(),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The document that `as_json` wrote."""
        return cls(
            **data
            | {
                "region_logo": base64.b64decode(data["region_logo"]) if data["region_logo"] else None,
                "modules": tuple(CertificateModule.from_json(module) for module in data["modules"]),
                "total_hours": Decimal(data["total_hours"]),
                "first_date": date.fromisoformat(data["first_date"]),
                "last_date": date.fromisoformat(data["last_date"]),
                "issued_on": date.fromisoformat(data["issued_on"]),
                "issued_at": datetime.fromisoformat(data["issued_at"]),
            }
        )
