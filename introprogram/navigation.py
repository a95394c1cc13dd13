"""The main menu of each role, and where each role lands after log-in."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Role
from accounts.models import RoleAssignment


@dataclass(frozen=True)
class Entry:
    """One entry of the menu."""

    label: str | Promise
    url: str
    current: bool


@dataclass(frozen=True)
class Section:
    """A part of the portal: its label, the name of its first page, and where else its pages are."""

    label: str | Promise
    name: str
    also: tuple[str, ...] = ()

    def covers(self, path: str) -> bool:
        """Whether the page at `path` belongs to it."""
        return path.startswith((reverse(self.name), *self.also))


OVERVIEW = Section(_("Overview"), "reports:overview")
PLANNING = Section(
    _("Planning"),
    "sessions:board",
    also=("/omgangar/", "/tillfallen/", "/moduler/", "/material/", "/utskick/", "/egna-utskick/"),
)
ENROL = Section(_("Enrol"), "participants:enrol", also=("/anmalningar/",))
TEACHING = Section(
    pgettext_lazy("lecturer", "My sessions"), "sessions:teaching", also=("/tillfallen/", "/material/", "/forelasare/")
)
TAKING_PART = Section(_("My sessions"), "certificates:my_programme", also=("/tillfallen/", "/mitt-material/"))
COLLEAGUES = Section(_("Colleagues"), "accounts:colleagues")

# The first section is where the role lands after log-in.
MENUS: dict[str, list[Section]] = {
    Role.COORDINATOR: [
        OVERVIEW,
        PLANNING,
        Section(_("Participants"), "certificates:people"),
        ENROL,
        Section(_("Messages"), "reports:messages"),
        Section(_("Registers"), "sessions:registers", also=("/forelasare/", "/intyg/")),
        COLLEAGUES,
        Section(_("Settings"), "regions:settings"),
    ],
    Role.MANAGER: [Section(_("My people"), "certificates:people", also=("/tillfallen/", "/intyg/")), ENROL, COLLEAGUES],
    Role.LECTURER: [TEACHING],
    Role.PARTICIPANT: [TAKING_PART],
    Role.ADMINISTRATOR: [
        Section(_("Regions"), "regions:regions"),
        COLLEAGUES,
        Section(_("Messages"), "reports:channels"),
    ],
}


def navigation_for(acting: RoleAssignment | None, path: str) -> list[Entry]:
    """The menu of the acting role, with the section marked that the page at `path` belongs to."""
    if acting is None:
        return []
    return [
        Entry(label=section.label, url=reverse(section.name), current=section.covers(path))
        for section in MENUS[acting.role]
    ]


def landing_page(acting: RoleAssignment) -> str:
    """The address where `acting` begins."""
    return reverse(MENUS[acting.role][0].name)
