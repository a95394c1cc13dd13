"""The mail reader of development, where mail goes into a folder (see introprogram/urls.py)."""

from django.urls import path

from messaging import views

app_name = "messaging"
urlpatterns = [
    path("", views.mailbox, name="mailbox"),
    path("<uuid:pk>/", views.mail, name="mail"),
    path("<uuid:pk>/html/", views.html, name="html"),
    path("<uuid:pk>/<int:number>/", views.attachment, name="attachment"),
]
