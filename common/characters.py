"""Characters that steer a device, or turn the direction of a text, and that nobody sees: they have no place in words
that others read. Spaces without a width and marks of direction stay: some scripts and emoji need them.
"""

import re

from django.utils.translation import gettext as _

# Control characters but for the line break, and what turns the direction of writing ("Trojan Source", CVE-2021-42574).
# Written so that Python and PostgreSQL read it alike.
HIDDEN = r"[\u0001-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]"
BREAK = r"[\u000A\u2028\u2029]"
HIDDEN_OR_BREAK = rf"{HIDDEN}|{BREAK}"  # in what is one line
NEAR = 20  # characters before and after one, by which somebody finds it


def refusal_of_characters(text: str) -> str | None:
    """Say why `text` can't be read as it stands: where it holds a hidden character, and which."""
    found = re.search(HIDDEN, text)
    if found is None:
        return None
    around = text[max(0, found.start() - NEAR) : found.end() + NEAR]
    return _("There is an invisible character (%(code)s) in “%(words)s”. Write these words anew.") % {
        "code": f"U+{ord(found[0]):04X}",
        "words": " ".join(re.sub(HIDDEN, "", around).split()),
    }
