"""What texts may hold, whoever asks for them."""

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from common.characters import refusal_of_characters


def validate_one_line(value: str) -> None:
    """Raise ValidationError if `value` holds control characters, such as a line break."""
    if any(not character.isprintable() for character in value):
        raise ValidationError(_("Write on one line, without special characters."))


def validate_visible(value: str) -> None:
    """Raise ValidationError if `value`, a text of any number of lines, holds a character that nobody sees."""
    if refusal := refusal_of_characters(value):
        raise ValidationError(refusal)


def validate_https(value: str) -> None:
    """Raise ValidationError unless `value` is an address that begins with https://, in small letters."""
    if not value.startswith("https://"):
        raise ValidationError(_("Enter an address that begins with https://."))
    URLValidator(schemes=["https"])(value)
