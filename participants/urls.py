from django.urls import path

from participants import views

app_name = "participants"
urlpatterns = [
    path("anmalan/", views.choose, name="enrol"),
    path("anmalan/mall.xlsx", views.template, name="template"),
    path("anmalan/<uuid:cohort>/en/", views.enrol_one, name="enrol_one"),
    path("anmalan/<uuid:cohort>/en/kontrollera/", views.check, name="check"),
    path("anmalan/<uuid:cohort>/flera/", views.upload, name="import"),
    path("anmalan/flera/<uuid:pk>/", views.preview, name="preview"),
    path("anmalan/flera/<uuid:pk>/kolumner/", views.columns, name="columns"),
    path("anmalan/flera/<uuid:pk>/ratta/", views.mend, name="mend"),
    path("anmalan/flera/<uuid:pk>/bekrafta/", views.confirm_import, name="confirm_import"),
    path("anmalan/flera/<uuid:pk>/att-ratta.xlsx", views.wrong_rows, name="wrong_rows"),
    path("anmalan/visa/<uuid:pk>/", views.enrolment, name="enrolment"),
    path("anmalan/visa/<uuid:pk>/avboka/", views.withdraw, name="withdraw"),
    path("anmalan/erbjudanden/", views.offers, name="offers"),
    path("anmalan/visa/<uuid:pk>/tacka-ja/", views.accept_offer, name="accept_offer"),
    path("anmalan/visa/<uuid:pk>/tacka-nej/", views.decline_offer, name="decline_offer"),
    path("anmalan/visa/<uuid:pk>/ta-tillbaka/", views.take_back_offer, name="take_back_offer"),
    path("anmalan/visa/<uuid:pk>/ge-plats/", views.give_seat, name="give_seat"),
    path("anmalan/visa/<uuid:pk>/ta-upp-igen/", views.reopen, name="reopen"),
    path("register/utbildningsprogram/<uuid:pk>/godkannande/", views.approval, name="approval"),
    path("anmalningar/", views.inbox, name="inbox"),
    path("anmalningar/beslut/", views.decide, name="decide"),
    path("omgangar/<uuid:pk>/platsfordelning/", views.allocation, name="allocation"),
    path("omgangar/<uuid:pk>/att-godkanna/", views.cohort_inbox, name="cohort_inbox"),
    path("anmalan/visa/<uuid:pk>/chef/", views.change_manager, name="change_manager"),
    path("omgangar/<uuid:pk>/anmalningar/", views.cohort, name="cohort"),
    path("konto/medarbetare/roll/<uuid:pk>/avsluta/", views.end_role, name="end_role"),
    path("konto/medarbetare/roll/<uuid:pk>/lamna-over/", views.hand_over, name="hand_over"),
    path("konto/medarbetare/kontakter/", views.contacts, name="contacts"),
    path("konto/medarbetare/kontakter.xlsx", views.contacts_file, name="contacts_file"),
    path("konto/medarbetare/kontakter/<uuid:pk>/fraga/", views.ask_contact, name="ask_contact"),
    path("konto/medarbetare/kommun/<uuid:pk>/kontakt/", views.contact, name="contact"),
]
