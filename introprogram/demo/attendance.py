"""Who was there: most people, most of the time."""

from datetime import datetime, timedelta
from random import Random

from accounts.demo import LOGINS
from accounts.models import User
from cohorts.models import Cohort
from participants.models import Participant
from sessions.actions.mark import Marking, mark_register
from sessions.choices import Mark
from sessions.models import CohortSession


def keep(
    cohort: Cohort, *, random: Random, by: User, now: datetime, absence: float, absent_often: int, forgotten: int = 0
) -> None:
    """Keep the register of every session that has been, but the last `forgotten`.

    `absence` is how often people are missing, from 0 to 1; `absent_often` of them are at every other session only.
    The demo log-ins attend faithfully.
    """
    people = Participant.objects.filter(enrolments__cohort=cohort).exclude(email__in=LOGINS).order_by("email")
    often = set(random.sample(list(people), absent_often))
    held = list(CohortSession.objects.filter(cohort=cohort, ends__lt=now).order_by("starts"))
    for session in held[: len(held) - forgotten]:
        markings = {}
        for person in people:
            if random.random() < (0.5 if person in often else absence):
                mark = random.choice([Mark.ABSENT, Mark.EXCUSED, Mark.EXCUSED])
                markings[person.pk] = Marking(mark)
            elif random.random() < 0.04:
                markings[person.pk] = Marking(Mark.PARTIAL, minutes=240)
        mark_register(
            session=session, markings=markings, others=Mark.PRESENT, by=by, now=session.ends - timedelta(hours=6)
        )
