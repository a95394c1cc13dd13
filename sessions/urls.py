from django.urls import path, register_converter

from common.converters import ShortKey
from sessions.views import announcements, lecturers, plans, venues
from sessions.views.asking import ask, withdraw
from sessions.views.availability import available_again, unavailable
from sessions.views.blocked_days import blocked_days, unblock
from sessions.views.board import board, of_module
from sessions.views.calendars import calendar, cohort_calendar
from sessions.views.cancel_session import cancel
from sessions.views.change_session import check_session, edit_session, undo
from sessions.views.cohort import cohort, discard, edit_cohort, publish
from sessions.views.feed import feed
from sessions.views.materials import cohort_materials, material, module_materials, my_materials
from sessions.views.month import month
from sessions.views.new_cohort import copy_cohort, new_cohort
from sessions.views.propose_dates import check_dates, propose_dates
from sessions.views.register import mark, register, sign_in_sheet
from sessions.views.registers import registers
from sessions.views.session import session, short
from sessions.views.session_list import export, session_list
from sessions.views.several import several, shift_cohort
from sessions.views.share import edit_material, remove_material, share_at_session, share_with_module
from sessions.views.subscription import end_subscription, renew_subscription, subscribe, subscription
from sessions.views.teaching import teaching
from sessions.views.teaching_request import own_request, teaching_request
from sessions.views.undo_registration import undo_registration

register_converter(ShortKey, "short")

app_name = "sessions"
urlpatterns = [
    path("planering/", board, name="board"),
    path("planering/manad/", month, name="month"),
    path("planering/lista/", session_list, name="list"),
    path("planering/lista/fil/", export, name="export"),
    path("omgangar/ny/", new_cohort, name="new_cohort"),
    path("omgangar/ny/datum/", propose_dates, name="propose_dates"),
    path("omgangar/ny/datum/kontroll/", check_dates, name="check_dates"),
    path("omgangar/<uuid:pk>/", cohort, name="cohort"),
    path("omgangar/<uuid:pk>/kopiera/", copy_cohort, name="copy_cohort"),
    path("omgangar/<uuid:pk>/tillfalle/", of_module, name="of_module"),
    path("omgangar/<uuid:pk>/tillfalle/andra/", of_module, {"page": "edit_session"}, name="edit_module"),
    path("omgangar/<uuid:pk>/andra/", edit_cohort, name="edit_cohort"),
    path("omgangar/<uuid:pk>/publicera/", publish, name="publish"),
    path("omgangar/<uuid:pk>/ta-bort/", discard, name="discard_cohort"),
    path("omgangar/<uuid:pk>/material/", cohort_materials, name="cohort_materials"),
    path("omgangar/<uuid:pk>/utskick/", plans.plan, {"level": plans.COHORT}, name="cohort_plan"),
    path("omgangar/<uuid:pk>/egna-utskick/", announcements.announcements, name="announcements"),
    path("omgangar/<uuid:pk>/egna-utskick/nytt/", announcements.new, name="new_announcement"),
    path("egna-utskick/<uuid:pk>/", announcements.announcement, name="announcement"),
    path("egna-utskick/<uuid:pk>/andra/", announcements.edit, name="edit_announcement"),
    path("egna-utskick/<uuid:pk>/skicka/", announcements.send, name="send_announcement"),
    path("egna-utskick/<uuid:pk>/ta-bort/", announcements.discard, name="discard_announcement"),
    path("omgangar/<uuid:pk>.ics", cohort_calendar, name="cohort_calendar"),
    path("omgangar/<uuid:pk>/flytta/", shift_cohort, name="shift_cohort"),
    path("tillfallen/andra-flera/", several, name="change_several"),
    path("tillfallen/<uuid:pk>/", session, name="session"),
    path("t/<short:pk>/", short, name="short_session"),
    path("tillfallen/<uuid:pk>/andra/", edit_session, name="edit_session"),
    path("tillfallen/<uuid:pk>/andra/foljder/", check_session, name="check_session"),
    path("tillfallen/<uuid:pk>/angra/", undo, name="undo_change"),
    path("tillfallen/<uuid:pk>/stall-in/", cancel, name="cancel_session"),
    path("tillfallen/<uuid:pk>.ics", calendar, name="calendar"),
    path("tillfallen/<uuid:pk>/narvaro/", register, name="register"),
    path("tillfallen/<uuid:pk>/narvaro/markera/", mark, name="mark"),
    path("tillfallen/<uuid:pk>/narvaro/lista/", sign_in_sheet, name="sign_in_sheet"),
    path("tillfallen/<uuid:pk>/material/nytt/", share_at_session, name="share_at_session"),
    path("moduler/<uuid:pk>/material/", module_materials, name="module_materials"),
    path("moduler/<uuid:pk>/material/nytt/", share_with_module, name="share_with_module"),
    path("material/<uuid:pk>/", material, name="material"),
    path("material/<uuid:pk>/andra/", edit_material, name="edit_material"),
    path("material/<uuid:pk>/ta-bort/", remove_material, name="remove_material"),
    path("mitt-material/", my_materials, name="my_materials"),
    path("tillfallen/<uuid:pk>/fraga/", ask, name="ask_lecturer"),
    path("forfragningar/<uuid:pk>/ta-tillbaka/", withdraw, name="withdraw_request"),
    path("forfragan/<str:token>/", teaching_request, name="teaching_request"),
    path("installningar/utskick/<uuid:pk>/", plans.plan, {"level": plans.REGION}, name="region_plan"),
    path(
        "register/utbildningsprogram/<uuid:pk>/utskick/",
        plans.plan,
        {"level": plans.PROGRAMME},
        name="programme_plan",
    ),
    path("utskick/<uuid:pk>/folj/", plans.follow, name="follow_plan"),
    path("utskick/<uuid:pk>/nytt/", plans.new_step, name="new_step"),
    path("utskick/steg/<uuid:pk>/", plans.edit_step, name="edit_step"),
    path("utskick/steg/<uuid:pk>/ta-bort/", plans.remove, name="remove_step"),
    path("register/", registers, name="registers"),
    path("register/lokaler/", venues.venues, name="venues"),
    path("register/lokaler.xlsx", venues.venues_file, name="venues_file"),
    path("register/lokaler/ny/", venues.edit_venue, name="new_venue"),
    path("register/lokaler/<uuid:pk>/", venues.venue, name="venue"),
    path("register/lokaler/<uuid:pk>/andra/", venues.edit_venue, name="edit_venue"),
    path("register/lokaler/<uuid:pk>/ta-bort/", venues.remove, name="remove_venue"),
    path("register/lokaler/<uuid:pk>/aterstall/", venues.restore, name="restore_venue"),
    path("register/forelasare/", lecturers.lecturers, name="lecturers"),
    path("register/forelasare.xlsx", lecturers.lecturers_file, name="lecturers_file"),
    path("register/forelasare/ny/", lecturers.edit_lecturer, name="new_lecturer"),
    path("register/forelasare/<uuid:pk>/", lecturers.lecturer, name="lecturer"),
    path("register/forelasare/<uuid:pk>/andra/", lecturers.edit_lecturer, name="edit_lecturer"),
    path("register/forelasare/<uuid:pk>/ta-bort/", lecturers.remove, name="remove_lecturer"),
    path("register/forelasare/<uuid:pk>/aterstall/", lecturers.restore, name="restore_lecturer"),
    path("register/forelasare/<uuid:pk>/bjud-in/", lecturers.invite_lecturer, name="invite_lecturer"),
    path("register/sparrade-dagar/", blocked_days, name="blocked_days"),
    path("register/sparrade-dagar/<uuid:pk>/ta-bort/", unblock, name="unblock"),
    path("forelasare/<uuid:pk>/dagar/", unavailable, name="unavailable"),
    path("forelasare/dagar/<uuid:pk>/ta-bort/", available_again, name="available_again"),
    path("mina-uppdrag/", teaching, name="teaching"),
    path("mina-uppdrag/forfragan/<uuid:pk>/", own_request, name="own_request"),
    path("kalenderprenumeration/", subscription, name="subscription"),
    path("kalenderprenumeration/skapa/", subscribe, name="subscribe"),
    path("kalenderprenumeration/ny-adress/", renew_subscription, name="renew_subscription"),
    path("kalenderprenumeration/stang-av/", end_subscription, name="end_subscription"),
    path("anmalan/visa/<uuid:pk>/felregistrerad/", undo_registration, name="undo_registration"),
    path("kalender/<str:token>.ics", feed, name="feed"),
]
