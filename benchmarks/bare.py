"""Bare Django views of what benchmarks.pages measures: the same rows in a table, and nothing around it."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from cohorts.models import Cohort
from participants.models import Enrolment
from sessions.choices import EARNING, Mark
from sessions.models import Attendance, CohortSession

HEAD = "<!DOCTYPE html><title>Bare</title><table>"
BOARD = """{% for cohort in cohorts %}<tr><th><a href="{% url 'sessions:cohort' cohort.pk %}">{{ cohort.name }}</a>
{{ cohort.taken }}/{{ cohort.capacity }}</th>{% for session in cohort.sessions.all %}<td>
<a href="{% url 'sessions:session' session.pk %}">{{ session.starts|date:"j b" }}
{% if session.noted %}{{ session.came }}/{{ cohort.taken }}{% else %}{{ session.starts|date:"G.i" }}–
{{ session.ends|date:"G.i" }}{% endif %}{% if not session.venue %}!{% endif %}</a></td>
{% endfor %}</tr>{% endfor %}</table>"""
COHORT = """<caption>{{ cohort.name }}</caption>{% for session in sessions %}<tr>
<td><a href="{% url 'sessions:session' session.pk %}">{{ session.module }}</a></td>
<td>{{ session.starts|date:"l j F Y, G.i" }}–{{ session.ends|date:"G.i" }}</td><td>{{ session.venue }}</td>
<td>{% for lecturer in session.lecturers.all %}{{ lecturer }} {% endfor %}</td>
<td>{{ session.came }} of {{ session.noted }}</td></tr>{% endfor %}</table>"""
REGISTER = """<caption>{{ session }}</caption><form method="post">{% csrf_token %}
{% for person, mark in people %}<tr><td>{{ person.first_name }} {{ person.last_name }}</td><td>
{% for value, label in marks %}<label><input type="radio" name="{{ person.pk }}" value="{{ value }}"
{% if value == mark %} checked{% endif %}>{{ label }}</label>{% endfor %}</td></tr>{% endfor %}</form></table>"""
VALID = Q(attendances__voided=None)
CAME = VALID & Q(attendances__mark__in=EARNING)
SESSIONS = (
    CohortSession.objects.select_related("venue", "module")
    .prefetch_related("lecturers")
    .annotate(noted=Count("attendances", filter=VALID), came=Count("attendances", filter=CAME))
)


def board(request: HttpRequest) -> HttpResponse:
    """Every cohort with its sessions."""
    cohorts = Cohort.objects.annotate(taken=Count("enrolments")).prefetch_related(Prefetch("sessions", SESSIONS.all()))
    return page(request, BOARD, cohorts=cohorts)


def cohort(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One cohort's sessions."""
    return page(request, COHORT, cohort=Cohort.objects.get(pk=pk), sessions=SESSIONS.filter(cohort=pk))


def register(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The people of one session, with their marks."""
    session = CohortSession.objects.select_related("cohort", "module").get(pk=pk)
    marks = dict(Attendance.objects.filter(session=session).values_list("participant", "mark"))
    enrolments = Enrolment.objects.filter(cohort=session.cohort).select_related("participant")
    people = [(enrolment.participant, marks.get(enrolment.participant_id)) for enrolment in enrolments]
    return page(request, REGISTER, session=session, people=people, marks=Mark.choices)


TEMPLATES = {text: engines["django"].from_string(HEAD + text) for text in (BOARD, COHORT, REGISTER)}


def page(request: HttpRequest, text: str, **context: Any) -> HttpResponse:
    """Render a template compiled beforehand, for someone who is logged in."""
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    return HttpResponse(TEMPLATES[text].render(context, request))


urlpatterns = [
    path("bare/", board, name="bare_board"),
    path("bare/cohort/<uuid:pk>/", cohort, name="bare_cohort"),
    path("bare/register/<uuid:pk>/", register, name="bare_register"),
    path("", include("introprogram.urls")),
]
