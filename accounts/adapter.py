"""What allauth does the portal's way."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from messaging.rendering import render


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No one signs up: an account comes from an invitation or from an enrolment."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "The e-mail address or the password is wrong. You can log in with a code instead."
        ),
        "enter_current_password": _("This is not your password."),
        "incorrect_code": _("The code is wrong. Check it against the newest message."),
        "incorrect_password": _("This is not your password."),
        "invalid_password_reset": _("The link has been used already, or is too old."),
        "rate_limited": _("Wait a few minutes and try again."),
        "too_many_login_attempts": _("Too many attempts. Wait a few minutes and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:profile")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail about logging in at once, in the receiver's language.

        It doesn't wait in the queue: its code is worth ten minutes, and the person waits for it.
        """
        user = User.objects.by_email(email)
        language = user.language if user else translation.get_language() or settings.LANGUAGE_CODE
        content = render(template_prefix, {"user": user, **context}, language=language)
        mail = EmailMultiAlternatives(content.subject, content.text, self.get_from_email(), [email])
        mail.attach_alternative(content.html, "text/html")
        mail.send()
