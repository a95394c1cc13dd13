from django.urls import path

from reports.views import channels, messages
from reports.views.overview import overview
from reports.views.search import search

app_name = "reports"
urlpatterns = [
    path("oversikt/", overview, name="overview"),
    path("sok/", search, name="search"),
    path("meddelanden/", messages.all_messages, name="messages"),
    path("meddelanden/att-gora/", messages.message_todo, name="message_todo"),
    path("meddelanden/excel/", messages.messages_file, name="messages_file"),
    path("meddelanden/kanaler/", channels.channels, name="channels"),
    path("meddelanden/kanaler/<str:channel>/prova-igen/", channels.resume_channel, name="resume_channel"),
    path("meddelanden/tillfalle/<uuid:pk>/", messages.session_messages, name="session_messages"),
    path("meddelanden/<uuid:pk>/", messages.message, name="message"),
    path("meddelanden/<uuid:pk>/text/", messages.message_text, name="message_text"),
    path("meddelanden/<uuid:pk>/skicka-igen/", messages.resend_message, name="resend_message"),
    path("meddelanden/<uuid:pk>/ratta-adressen/", messages.correct_message, name="correct_message"),
    path("meddelanden/<uuid:pk>/rakna-som-skickat/", messages.treat_message_as_sent, name="treat_message_as_sent"),
    path("meddelanden/<uuid:pk>/lost-pa-annat-satt/", messages.settle_message, name="settle_message"),
]
