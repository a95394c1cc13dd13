"""Texts that were kept before hidden characters were refused are cleaned, so that the release can be installed."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from messaging.models import TextVersion
from sessions.models import Announcement, CohortSession
from tests.factories import NOW, AnnouncementFactory, CohortSessionFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = [("messaging", "0009_messages_by_receiver"), ("course_sessions", "0009_announcements")]
TYPED = "-\tkaffe\r\n-\x0blunch\u202e\rhem"
KEPT = "- kaffe\n- lunch\nhem"


@pytest.fixture
def before() -> Iterator[None]:
    """The database as it was; afterwards it is up to date again."""
    announcement, session = AnnouncementFactory(), CohortSessionFactory()
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    executor.migrate(BEFORE)
    Announcement.objects.filter(pk=announcement.pk).update(subject="Kaffe\toch\x0blunch", body=TYPED)
    CohortSession.objects.filter(pk=session.pk).update(information=TYPED)
    TextVersion.objects.create(
        scope=uuid4(),
        kind="welcome",
        language="sv",
        number=1,
        subject="Hej\u2028",
        body=TYPED,
        by=UserFactory(),
        at=NOW,
    )
    yield
    MigrationExecutor(connection).migrate(latest)


@pytest.mark.usefixtures("before")
def test_what_was_typed_before_is_kept_without_what_nobody_sees() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    text, announcement = TextVersion.objects.get(), Announcement.objects.get()
    assert (text.subject, text.body) == ("Hej", KEPT)
    assert (announcement.subject, announcement.body) == ("Kaffe och lunch", KEPT)
    assert CohortSession.objects.get().information == KEPT
