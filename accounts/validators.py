"""What a password may not be."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts import demo
from accounts.models import User


class NotTheDemoPasswordValidator:
    """Refuses the password that README prints."""

    def validate(self, password: str, user: User | None = None) -> None:
        if password == demo.PASSWORD:
            raise ValidationError(_("This password is public. Choose another."), code="password_of_the_demo")

    def get_help_text(self) -> str:
        return ""
