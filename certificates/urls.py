from django.urls import path

from certificates.views.certificate import certificate, correct, download, revoke, uphold
from certificates.views.cohort import cohort
from certificates.views.former import former, former_people
from certificates.views.issue import automatic, issue, issue_one, state_one, statements
from certificates.views.look import look
from certificates.views.my_programme import my_programme
from certificates.views.people import needs, people, people_file
from certificates.views.person import person, timeline
from certificates.views.progress import progress, zip_file
from certificates.views.register import register, register_file
from certificates.views.verify import verify

app_name = "certificates"
urlpatterns = [
    path("omgangar/<uuid:pk>/intyg/", cohort, name="cohort"),
    path("omgangar/<uuid:pk>/intyg/utfarda/", issue, name="issue"),
    path("omgangar/<uuid:pk>/intyg/forlopp/", progress, name="progress"),
    path("omgangar/<uuid:pk>/intyg/deltagarintyg/", statements, name="statements"),
    path("omgangar/<uuid:pk>/intyg/alla.zip", zip_file, name="zip_file"),
    path("register/utbildningsprogram/<uuid:pk>/automatiska-intyg/", automatic, name="automatic"),
    path("anmalan/<uuid:pk>/intyg/", issue_one, name="issue_one"),
    path("anmalan/<uuid:pk>/deltagarintyg/", state_one, name="state_one"),
    path("deltagare/", people, name="people"),
    path("deltagare/att-gora/", needs, name="needs"),
    path("deltagare/lista.xlsx", people_file, name="people_file"),
    path("deltagare/tidigare/", former_people, name="former_people"),
    path("deltagare/tidigare/<uuid:pk>/", former, name="former"),
    path("deltagare/<uuid:pk>/", person, name="person"),
    path("deltagare/<uuid:pk>/handelser/", timeline, name="timeline"),
    path("min-utbildning/", my_programme, name="my_programme"),
    path("register/intyg/", register, name="register"),
    path("register/intyg/lista.xlsx", register_file, name="register_file"),
    path("intyg/<uuid:pk>/", certificate, name="certificate"),
    path("intyg/<uuid:pk>/ny-version/", correct, name="correct"),
    path("intyg/<uuid:pk>/behall/", uphold, name="uphold"),
    path("intyg/<uuid:pk>.pdf", download, name="download"),
    path("intyg/<uuid:pk>/aterkalla/", revoke, name="revoke"),
    path("installningar/intyg/", look, name="look"),
    path("kontrollera/", verify, name="verify"),
]
