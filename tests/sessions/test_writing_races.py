"""Two coordinators who write at the same moment: what only PostgreSQL's locks and constraints can show."""

import pytest

from messaging.actions import write_text
from messaging.exceptions import TextChangedMeanwhile
from messaging.models import Message, TextVersion
from messaging.texts.text import Wording
from sessions.actions import send_announcement
from sessions.announcing.audience import fingerprint_of, readers
from sessions.models import Announcement
from tests.factories import NOW, AnnouncementFactory, EnrolmentFactory, RegionFactory, coordinator
from tests.races import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
ROUNDS = 5


def test_of_two_who_word_a_text_at_once_one_wins_and_the_other_is_told() -> None:
    region = RegionFactory()
    people = [coordinator(region), coordinator(region)]
    for number in range(ROUNDS):
        jobs = [
            lambda by=by, number=number: write_text(
                scope=region.pk,
                kind="welcome",
                language="sv",
                wording=Wording(f"{by.pk}", "{facts}"),
                seen=number,
                by=by,
                now=NOW,
            )
            for by in people
        ]
        results = at_once(jobs)
        assert sum(isinstance(result, TextChangedMeanwhile) for result in results) == 1
        assert TextVersion.objects.count() == number + 1


def test_a_mailing_that_two_send_at_once_is_sent_once() -> None:
    enrolment = EnrolmentFactory()
    people = [coordinator(enrolment.cohort.region), coordinator(enrolment.cohort.region)]
    for number in range(ROUNDS):
        announcement = AnnouncementFactory(cohort=enrolment.cohort)
        seen = fingerprint_of(announcement, readers(enrolment.cohort, announcement.audience))
        at_once(
            lambda by=by, one=announcement, seen=seen: send_announcement(announcement=one, seen=seen, by=by, now=NOW)  # type: ignore[misc]
            for by in people
        )
        assert Message.objects.count() == number + 1
        assert Announcement.objects.get(pk=announcement.pk).people == 1
