"""Where gateways and providers report what became of messages."""

from django.urls import path

from messaging import views

app_name = "webhooks"
urlpatterns = [
    path("epost", views.mail_reports, name="mail"),
    path("sms/<uuid:pk>/<str:token>", views.sms_report, name="sms"),
]
