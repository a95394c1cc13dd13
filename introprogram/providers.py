"""Providers of e-mail with an API (django-anymail) that can keep data in the EU, and what each wants to be told."""

from typing import Any, NamedTuple

from introprogram.environment import read_text, stop

TIMEOUT = 10  # seconds to connect, and seconds of silence
SHORTEST_WEBHOOK_SECRET = 32


class Provider(NamedTuple):
    """`needs` and `options` (with their defaults) are variables of the environment, named as in anymail's settings.

    `reports` is what reads its webhooks; "" if it has none that anymail knows.
    """

    backend: str
    reports: str
    needs: tuple[str, ...]
    options: dict[str, str]


PROVIDERS = {
    "brevo": Provider(
        "anymail.backends.brevo.EmailBackend",
        "anymail.webhooks.brevo.BrevoTrackingWebhookView",
        needs=("BREVO_API_KEY",),
        options={"BREVO_API_URL": "https://api.brevo.com/v3/"},
    ),
    "mailgun": Provider(
        "anymail.backends.mailgun.EmailBackend",
        "anymail.webhooks.mailgun.MailgunTrackingWebhookView",
        needs=("MAILGUN_API_KEY", "MAILGUN_SENDER_DOMAIN", "MAILGUN_WEBHOOK_SIGNING_KEY"),
        options={"MAILGUN_API_URL": "https://api.eu.mailgun.net/v3"},
    ),
    "mailjet": Provider(
        "anymail.backends.mailjet.EmailBackend",
        "anymail.webhooks.mailjet.MailjetTrackingWebhookView",
        needs=("MAILJET_API_KEY", "MAILJET_SECRET_KEY"),
        options={"MAILJET_API_URL": "https://api.mailjet.com/v3.1/"},
    ),
    "scaleway": Provider(
        "anymail.backends.scaleway.EmailBackend",
        "",
        needs=("SCALEWAY_SECRET_KEY", "SCALEWAY_PROJECT_ID"),
        options={
            "SCALEWAY_API_URL": "https://api.scaleway.com/transactional-email/v1alpha1/regions/{region}/",
            "SCALEWAY_REGION": "fr-par",
        },
    ),
}


def read_provider() -> tuple[str, Provider | None]:
    """Return EMAIL_PROVIDER and what it stands for, or "" and None for a portal with a mail server (EMAIL_URL)."""
    name = read_text("EMAIL_PROVIDER")
    if not name:
        return "", None
    if name not in PROVIDERS:
        stop("EMAIL_PROVIDER", f"must be one of {', '.join(PROVIDERS)}, or be empty")
    if read_text("EMAIL_URL"):
        stop("EMAIL_URL", "must be empty where EMAIL_PROVIDER is set")
    return name, PROVIDERS[name]


def read_anymail(provider: Provider | None, mode: str) -> dict[str, Any]:
    """Return anymail's settings for `provider`. What reports on messages must be proved: a secret is required."""
    if provider is None:
        return {}
    for name in provider.needs:
        if not read_text(name):
            stop(name, "is missing: the provider of e-mail wants it")
    told = {name: read_text(name) for name in provider.needs}
    told |= {name: read_text(name, default) for name, default in provider.options.items()}
    for name, value in told.items():
        if name.endswith("_API_URL") and mode == "production" and not value.startswith("https://"):
            stop(name, "must start with https:// in production")
    if provider.reports:
        secret = read_text("WEBHOOK_SECRET")
        if ":" not in secret or len(secret) < SHORTEST_WEBHOOK_SECRET:
            stop("WEBHOOK_SECRET", f"must be user:password, of at least {SHORTEST_WEBHOOK_SECRET} characters together")
        told["WEBHOOK_SECRET"] = secret
    return {**told, "REQUESTS_TIMEOUT": TIMEOUT}
