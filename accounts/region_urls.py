from django.urls import path

from accounts.views import regions
from regions.views import logo

app_name = "regions"
urlpatterns = [
    path("installningar/", regions.settings, name="settings"),
    path("regioner/", regions.regions, name="regions"),
    path("regioner/ny/", regions.new_region, name="new_region"),
    path("regioner/<uuid:pk>/", regions.region, name="region"),
    path("regioner/<uuid:pk>/logotyp", logo, name="logo"),
]
