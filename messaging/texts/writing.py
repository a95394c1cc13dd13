"""From a wording to what is read: pure. Placeholders are fixed names in braces, never a template language."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from django.utils.html import escape, format_html, format_html_join, urlize
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.characters import BREAK, refusal_of_characters
from messaging.texts.text import Wording

FACTS = "facts"  # the key of what stands on a line of its own
PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
PLACEHOLDER_IN_ADDRESS = re.compile(r"%7B(\w+)%7D")
BULLET = re.compile(r"^[-*•] +")


@dataclass(frozen=True)
class Written:
    """A part of a body as it is read: the same as plain text and as HTML."""

    text: str
    html: SafeString


def refusal_of_subject(subject: str, names: Collection[str]) -> str | None:
    """Say why `subject` can't be one. Its line breaks would be headers of the mail."""
    if re.search(BREAK, subject):
        return _("A subject is one line.")
    return refusal_of_characters(subject) or _refusal_of_braces(subject, names)


def refusal_of_body(body: str, names: Collection[str], *, facts: str = FACTS) -> str | None:
    """Say why `body` can't be one. It tells once where the `facts` stand, which are called so; "": it has none."""
    place = in_braces(facts)
    lines = [line.strip() for line in body.split("\n")]
    if facts and lines.count(place) != 1:
        return _("Write %(facts)s once, on a line of its own: the portal puts the facts there.") % {"facts": place}
    return refusal_of_characters(body) or _refusal_of_braces(
        "\n".join(line for line in lines if not facts or line != place), names
    )


def in_braces(name: str) -> str:
    """The place of what is called `name`."""
    return f"{{{name}}}"


def _refusal_of_braces(text: str, names: Collection[str]) -> str | None:
    unknown = [name for name in PLACEHOLDER.findall(text) if name not in names]
    if unknown:
        return _("There is no placeholder %(name)s. Choose among those that are listed.") % {
            "name": in_braces(unknown[0])
        }
    if set("{}") & set(PLACEHOLDER.sub("", text)):
        return _("A brace stands alone. Braces are for placeholders and for nothing else.")
    return None


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put the values in the places of their names; each stays on one line. Raises KeyError for a name without one."""
    return PLACEHOLDER.sub(lambda found: _in_line(values[found[1]]), text)


def _in_line(value: str) -> str:
    return " ".join(value.split())


def around_facts(wording: Wording) -> tuple[str, str]:
    """The body before the facts and after them; without their line, they stand last."""
    lines = wording.body.split("\n")
    at = next((number for number, line in enumerate(lines) if line.strip() == in_braces(FACTS)), len(lines))
    return "\n".join(lines[:at]), "\n".join(lines[at + 1 :])


def written(body: str, values: Mapping[str, str]) -> Written:
    """Paragraphs are parted by an empty line, lists have a dash before each line, addresses become links.

    Only what the text itself says does: a value, such as somebody's name, is never more than words.
    """
    blocks = [block.strip("\n") for block in re.split(r"\n\s*\n", body) if block.strip()]
    return Written(
        "\n\n".join(filled(block, values) for block in blocks),
        format_html_join("\n", "{}", ([_html(block, values)] for block in blocks)),
    )


def _html(block: str, values: Mapping[str, str]) -> SafeString:
    """One paragraph or list; what somebody wrote is escaped."""
    lines = block.split("\n")
    if all(BULLET.match(line) for line in lines):
        items = format_html_join("", "<li>{}</li>", ([_line(BULLET.sub("", line), values)] for line in lines))
        return format_html("<ul>{}</ul>", items)
    return format_html(
        "<p>{}</p>", format_html_join(SafeString("<br>"), "{}", ([_line(line, values)] for line in lines))
    )


def _line(line: str, values: Mapping[str, str]) -> SafeString:
    """Its addresses are links before the values are put in; in an address, a placeholder stands quoted."""
    linked = PLACEHOLDER_IN_ADDRESS.sub(
        lambda found: quote(_in_line(values[found[1]]), safe="") if found[1] in values else found[0],
        urlize(line, autoescape=True),
    )
    return SafeString(PLACEHOLDER.sub(lambda found: escape(_in_line(values[found[1]])), linked))
