from django.urls import path

from cohorts.choices import Fact
from cohorts.views.admission import admission, eligibility
from cohorts.views.details import edit_programme, new_programme, rule
from cohorts.views.modules import module, move, new_module, remove, restore
from cohorts.views.programmes import load_shipped_programmes, programme, programmes
from cohorts.views.shelf import archive, delete, reopen
from cohorts.views.versions import begin, discard, draft, release, versions

FACTS = {
    Fact.DEGREE: "examen",
    Fact.GRADUATED: "examensdatum",
    Fact.EMPLOYED: "anstallning",
    Fact.PRIOR_COURSE: "tidigare-kurs",
}

app_name = "cohorts"
urlpatterns = [
    path("register/utbildningsprogram/", programmes, name="programmes"),
    path("register/utbildningsprogram/ny/", new_programme, name="new_programme"),
    path("register/utbildningsprogram/medfoljande/", load_shipped_programmes, name="load_programmes"),
    path("register/utbildningsprogram/<uuid:pk>/", programme, name="programme"),
    path("register/utbildningsprogram/<uuid:pk>/andra/", edit_programme, name="edit_programme"),
    path("register/utbildningsprogram/<uuid:pk>/intyg/", rule, name="rule"),
    path("register/utbildningsprogram/<uuid:pk>/antagning/", admission, name="admission"),
    *(
        path(
            f"register/utbildningsprogram/<uuid:pk>/antagning/{word}/",
            eligibility,
            {"fact": fact},
            name=f"eligibility_{fact}",
        )
        for fact, word in FACTS.items()
    ),
    path("register/utbildningsprogram/<uuid:pk>/versioner/", versions, name="versions"),
    path("register/utbildningsprogram/<uuid:pk>/arkivera/", archive, name="archive_programme"),
    path("register/utbildningsprogram/<uuid:pk>/oppna/", reopen, name="reopen_programme"),
    path("register/utbildningsprogram/<uuid:pk>/ta-bort/", delete, name="delete_programme"),
    path("register/utbildningsprogram/<uuid:pk>/borja-ny-version/", begin, name="begin_version"),
    path("register/utbildningsprogram/<uuid:pk>/ny-version/", draft, name="draft"),
    path("register/utbildningsprogram/<uuid:pk>/ny-version/borja-anvanda/", release, name="release_version"),
    path("register/utbildningsprogram/<uuid:pk>/ny-version/kasta/", discard, name="discard_version"),
    path("register/utbildningsprogram/<uuid:pk>/moduler/ny/", new_module, name="new_module"),
    path("register/moduler/<uuid:pk>/", module, name="module"),
    path("register/moduler/<uuid:pk>/flytta/", move, name="move_module"),
    path("register/moduler/<uuid:pk>/ta-bort/", remove, name="remove_module"),
    path("register/moduler/<uuid:pk>/lagg-tillbaka/", restore, name="restore_module"),
]
