from django.urls import path

from reports.views.overview import overview
from reports.views.search import search

app_name = "reports"
urlpatterns = [
    path("oversikt/", overview, name="overview"),
    path("sok/", search, name="search"),
]
