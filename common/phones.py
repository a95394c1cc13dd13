"""Mobile numbers: how people write them, and how they are kept (E.164, as +46701740605)."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

HOME = "SE"
# Where people in Swedish municipalities live; a text to the rest of the world may cost twenty times as much.
NORDIC = frozenset({"SE", "DK", "FI", "IS", "NO"})
MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


def as_e164(text: str) -> str:
    """Return the mobile number that `text` means, a Swedish one unless it begins with + or 00.

    Raises ValueError if it is no number of a Nordic mobile.
    """
    try:
        number = phonenumbers.parse(text, HOME)
    except NumberParseException as error:
        raise ValueError(str(error)) from error
    country = phonenumbers.region_code_for_number(number)  # None if the number isn't valid
    if country not in NORDIC or phonenumbers.number_type(number) not in MOBILE:
        raise ValueError("no number of a Nordic mobile")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def readable(number: str) -> str:
    """Write a number that is kept as people in Sweden write it: 070-174 06 05, +45 20 12 34 56."""
    parsed = phonenumbers.parse(number)
    at_home = phonenumbers.region_code_for_number(parsed) == HOME
    return phonenumbers.format_number(
        parsed, PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    )
