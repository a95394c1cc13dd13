"""The portal's addresses as development has them: with the mail reader."""

from django.urls import include, path

from introprogram.urls import urlpatterns as portal

urlpatterns = [*portal, path("mail/", include("messaging.urls"))]
