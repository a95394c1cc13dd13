from django.urls import path

from accounts.views import regions, texts
from regions.views import logo

app_name = "regions"
urlpatterns = [
    path("installningar/", regions.settings, name="settings"),
    path("installningar/texter/", texts.texts, name="texts"),
    path("installningar/texter/<str:kind>/", texts.text, name="text"),
    path("installningar/texter/<str:kind>/versioner/", texts.versions, name="text_versions"),
    path("installningar/texter/<str:kind>/aterstall/", texts.reset, name="reset_text"),
    path("regioner/", regions.regions, name="regions"),
    path("regioner/ny/", regions.new_region, name="new_region"),
    path("regioner/<uuid:pk>/", regions.region, name="region"),
    path("regioner/<uuid:pk>/logotyp", logo, name="logo"),
]
