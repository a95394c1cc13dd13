"""All addresses. They are Swedish, since people read them; views declare the public ones (login_not_required)."""

from django.conf import settings
from django.urls import include, path

from introprogram import views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("metrics", views.metrics, name="metrics"),
    path("sprak/", views.set_language, name="set_language"),
    path("tillganglighet/", views.accessibility, name="accessibility"),
    path("personuppgifter/", views.personal_data, name="personal_data"),
    path("kakor/", views.cookies, name="cookies"),
    path("kontakt/", views.contact, name="contact"),
    path("konto/", include("accounts.login_urls")),
    path("konto/", include("accounts.urls")),
    path("", include("accounts.region_urls")),
    path("", include("cohorts.urls")),
    path("", include("participants.urls")),
    path("", include("sessions.urls")),
    path("", include("certificates.urls")),
    path("", include("reports.urls")),
    path("leveransbesked/", include("messaging.webhook_urls")),
]
if settings.DEVELOPMENT:
    urlpatterns.append(path("mail/", include("messaging.urls")))
