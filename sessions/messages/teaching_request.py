"""A question to a lecturer, and her answer to the coordinator. Both are queued by the action that causes them."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Role
from accounts.models import User
from common.clock import local_date
from messaging.kinds import Address, Content, Draft, Kind
from messaging.models import Message
from messaging.rendering import render
from messaging.texts.text import Text, first_name
from messaging.texts.words import words
from participants.placeholders import PROGRAMME
from sessions.calendars.icalendar import page_url
from sessions.choices import RequestStatus
from sessions.models import TeachingRequest
from sessions.placeholders import DATE, REGION
from sessions.registers.tokens import token_of

QUESTION_NAME = "teaching_request.question"
ANSWER_NAME = "teaching_request.answer"
ANSWER_KEPT = timedelta(days=7)


def question_draft(request: TeachingRequest, *, now: datetime) -> Draft:
    """The mail with the link, until the session begins."""
    user = User.objects.by_email(request.lecturer.email)
    return Draft.to(
        user or Address(request.lecturer.email),
        kind=QUESTION_NAME,
        key=f"teaching_request:{request.pk}:question",
        due=now,
        expires=request.session.starts,
        scope=request.lecturer.region_id,
        request=request.pk,
    )


def answer_draft(request: TeachingRequest, *, now: datetime) -> Draft:
    """The mail to the coordinator who asked, or to the region if she isn't its coordinator any more."""
    region = request.lecturer.region
    asker = request.asked_by
    coordinates = bool(
        asker and asker.is_active and asker.role_assignments.filter(role=Role.COORDINATOR, region=region).exists()
    )
    return Draft.to(
        asker if asker and coordinates else Address(region.contact_email),
        kind=ANSWER_NAME,
        key=f"teaching_request:{request.pk}:answer",
        due=now,
        expires=ANSWER_KEPT,
        scope=region.pk,
        request=request.pk,
    )


def answer_url(request: TeachingRequest) -> str:
    """The full address at which she answers, whether or not she can log in."""
    return settings.BASE_URL + reverse("sessions:teaching_request", args=[token_of(request)])


def _question_holds(message: Message, now: datetime) -> bool:
    """Not once it has been answered or withdrawn, or its session has begun or is cancelled."""
    request = TeachingRequest.objects.select_related("session").filter(pk=message.refs["request"]).first()
    return request is not None and request.state(now=now).can_be_answered


def _answer_holds(message: Message, now: datetime) -> bool:
    return TeachingRequest.objects.filter(pk=message.refs["request"]).exists()


def _render_question(message: Message) -> Content:
    request = _loaded(message)
    context = {
        "words": words(
            message,
            first_name=request.lecturer.first_name,
            region=request.lecturer.region,
            programme=request.session.cohort.programme.title,
            date=local_date(request.session.starts),
        ),
        "request": request,
        "session": request.session,
        "region": request.session.cohort.programme.region,
        "url": answer_url(request),
    }
    return render("sessions/mail/teaching_question", context, language=message.language)


def _render_answer(message: Message) -> Content:
    request = _loaded(message)
    context = {
        "request": request,
        "first_name": request.lecturer.first_name,
        "accepted": request.status == RequestStatus.ACCEPTED,
        "session": request.session,
        "region": request.session.cohort.programme.region,
        "url": page_url(request.session),
    }
    return render("sessions/mail/teaching_answer", context, language=message.language)


def _loaded(message: Message) -> TeachingRequest:
    return TeachingRequest.objects.with_details().get(pk=message.refs["request"])


TEXT = Text(
    subject=_("Will you teach {date}?"),
    body=_("Hello {first_name}!\n\n{region} asks whether you will teach a session in {programme}.\n\n{facts}"),
    placeholders=(
        first_name(pgettext_lazy("placeholder", "the lecturer’s first name")),
        REGION,
        PROGRAMME,
        DATE,
    ),
    to=_("The lecturer who is asked"),
    when=_("When you ask a lecturer to teach"),
    facts=_("your own sentence, module, time and place, and her own link to answer"),
    is_secret=True,
)
QUESTION = Kind(
    name=QUESTION_NAME,
    render=_render_question,
    still_holds=_question_holds,
    title=_("Question to a lecturer"),
    text=TEXT,
)
ANSWER = Kind(name=ANSWER_NAME, render=_render_answer, still_holds=_answer_holds, title=_("Answer from a lecturer"))
