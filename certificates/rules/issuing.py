"""Who gets a certificate, and what stands on it that people type: the number, the code, the name."""

import unicodedata

from django.utils.translation import gettext as _

from certificates.choices import CertificateKind
from sessions.rules.progress import Progress

# Crockford's base 32: no I, L, O and U, which are mistaken for 1, 0 and V, or make words.
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16
LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, "–": None})


def refusal_to_issue(*, takes_part: bool, progress: Progress) -> str | None:
    """A certificate is issued to those who take part and have earned as many modules as the programme requires."""
    if not takes_part:
        return _("Only someone who is enrolled can get a certificate.")
    if not progress.qualifies:
        return _("%(earned)d of the %(required)d modules that the certificate requires are earned.") % {
            "earned": progress.earned,
            "required": progress.required,
        }
    return None


def refusal_to_state(*, earned: int, qualifies: bool, took_part: bool, has_ended: bool, settled: bool) -> str | None:
    """A participation statement is for those who have attended something, but don't qualify and won't in this cohort.

    `has_ended`: she has left, or nothing of her cohort is still to be held or marked. `settled`: she has a certificate
    or a statement already, or goes on in another cohort of the programme.
    """
    if not took_part:
        return _("Only someone who is or was enrolled can get a participation statement.")
    if qualifies:
        return _("They have earned the certificate, which says more.")
    if settled:
        return _("They have a certificate or a statement already, or go on in another cohort.")
    if not earned:
        return _("They have attended no module.")
    if not has_ended:
        return _("Their cohort isn’t over yet: a session is still to be held or marked.")
    return None


def refusal_to_revise(*, kind: str, earned: int, qualifies: bool, differs: bool) -> str | None:
    """A new version is issued of what would say something else now, as long as there is something to certify."""
    if kind == CertificateKind.CERTIFICATE and not qualifies:
        return _("The modules that the certificate requires are no longer earned. Revoke it, or let it stand.")
    if not earned:
        return _("No module is earned any more. Revoke it, or let it stand.")
    if not differs:
        return _("A new version would say the same.")
    return None


def certificate_number(*, region_code: str, year: int, serial: int) -> str:
    """Return the number as it is printed, for example SK-2026-0012; it grows beyond four digits if need be."""
    return f"{region_code}-{year}-{serial:04}"


def code_from(random: bytes) -> str:
    """Return ten random bytes (80 bits) as a verification code of sixteen characters."""
    value = int.from_bytes(random, "big")
    return "".join(CODE_ALPHABET[value >> 5 * place & 31] for place in reversed(range(CODE_LENGTH)))


def code_in_groups(code: str) -> str:
    """Return `code` as people read it: ABCD-EFGH-JKMN-PQRS."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def code_as_typed(text: str) -> str:
    """Return the code that someone meant: in any case, with or without dashes and spaces, O for 0, I and L for 1."""
    return "".join(text.split()).upper().translate(LOOKALIKES)


def number_as_typed(text: str) -> str:
    """Return the number that someone meant, in any case and without spaces."""
    return "".join(text.split()).upper().replace("–", "-")


def same_name(one: str, other: str) -> bool:
    """Whether two people's names are the same but for case, spaces and the way their accents are stored."""
    return _comparable(one) == _comparable(other)


def _comparable(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
